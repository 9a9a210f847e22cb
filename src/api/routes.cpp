#include "api/routes.hpp"

#include "api/admin/page.hpp"
#include "api/cors.hpp"
#include "api/error_envelope.hpp"
#include "api/ops/metrics.hpp"
#include "api/v1/styles.hpp"
#include "api/web/openapi.hpp"

#include <memory>
#include <string>

namespace gw::api {
namespace {

constexpr std::size_t kSmallBody = 64 * 1024;
constexpr std::size_t kAdminBody = 128 * 1024;  // a whole "copy as cURL"

struct Endpoints {
  Endpoints(const Doors& doors, ApiOptions given)
      : images(doors.generator, doors.links, doors.clock, doors.workers, doors.pictures_in_memory,
               given.heartbeat,
               EditReader(doors.uploads, doors.remote_pictures, doors.workers, given.max_json_body),
               doors.editor, given.store_pictures, answers_of(doors, given), given.hopeless_waits),
        jobs(doors.jobs, doors.links, answers_of(doors, given), given.heartbeat),
        chat({doors.routes, doors.generator, doors.uploads, doors.remote_pictures, doors.editor,
              doors.results, doors.links, doors.clock, doors.workers, doors.pictures_in_memory,
              doors.chat_upstreams},
             {given.chat_pictures, given.heartbeat, given.store_pictures}),
        models(doors.routes),
        pictures(doors.results, doors.thumbnails, doors.links),
        library(doors.library, doors.thumbnails, doors.results, doors.links),
        health(std::move(given.health)),
        page(std::move(given.page)),
        styles(doors.styles),
        metrics(doors.metrics),
        admin(doors.admin, std::move(given.admin)) {}

  static JobAnswers answers_of(const Doors& doors, const ApiOptions& given) {
    return {doors.jobs, doors.links, doors.clock, doors.pictures_in_memory, given.longest_wait};
  }

  ImagesEndpoint images;
  JobsEndpoint jobs;
  ChatEndpoint chat;
  ModelsEndpoint models;
  PicturesEndpoint pictures;
  LibraryEndpoint library;
  HealthEndpoint health;
  Page page;
  const StyleBook& styles;
  const MetricsRegistry& metrics;
  AdminEndpoints admin;
  std::vector<Page::File> admin_page = admin_page_files();
  Page::File openapi = openapi_file();
};

using Self = std::shared_ptr<Endpoints>;
using Answer = std::function<Result<http::Response>(Endpoints&, const http::Request&)>;

// Endpoints that need not wait for anything.
Task<http::Response> answer_at_once(Result<http::Response> answer) {
  co_return answer;
}

http::Handler at_once(const Self& self, Answer answer) {
  return [self, answer = std::move(answer)](http::Request request, RequestContext&) {
    return answer_at_once(answer(*self, request));
  };
}

http::Handler generations(const Self& self) {
  return [self](http::Request request, RequestContext& context) {
    return self->images.generations(std::move(request), context);
  };
}

http::Handler edits(const Self& self, EditKind kind) {
  return [self, kind](http::Request request, RequestContext& context) {
    return self->images.edits(std::move(request), context, kind);
  };
}

http::Handler chat(const Self& self) {
  return [self](http::Request request, RequestContext& context) {
    return self->chat.completions(std::move(request), context);
  };
}

using LibraryCall = Task<http::Response> (LibraryEndpoint::*)(http::Request, RequestContext&);

http::Handler library(const Self& self, LibraryCall call) {
  return [self, call](http::Request request, RequestContext& context) {
    return (self->library.*call)(std::move(request), context);
  };
}

using JobsCall = Task<http::Response> (JobsEndpoint::*)(http::Request, RequestContext&);

http::Handler jobs(const Self& self, JobsCall call) {
  return [self, call](http::Request request, RequestContext& context) {
    return (self->jobs.*call)(std::move(request), context);
  };
}

// A call of one of the endpoints behind the admin door.
template <class Endpoint>
http::Handler admin(const Self& self, Endpoint AdminEndpoints::* endpoint,
                    Task<http::Response> (Endpoint::*call)(http::Request, RequestContext&)) {
  return [self, endpoint, call](http::Request request, RequestContext& context) {
    return (self->admin.*endpoint.*call)(std::move(request), context);
  };
}

using DoorCall = Result<http::Response> (AdminDoor::*)(const http::Request&, const RequestContext&);

http::Handler admin_door(const Self& self, DoorCall call) {
  return [self, call](http::Request request, RequestContext& context) {
    return answer_at_once((self->admin.door.*call)(request, context));
  };
}

http::Handler pictures(const Self& self) {
  return [self](http::Request request, RequestContext&) {
    return self->pictures.get(std::move(request));
  };
}

class Map final {
 public:
  explicit Map(http::Router& router) : router_(router) {}

  void open(std::string method, std::string path, http::Handler handler) {
    router_.add({std::move(method), std::move(path), std::move(handler), {}, 0});
  }
  void guarded(const http::Guard& guard, std::string method, std::string path,
               http::Handler handler, std::size_t body_limit = 0,
               http::BodyIntake intake = http::BodyIntake::whole) {
    router_.add(
        {std::move(method), std::move(path), std::move(handler), guard, body_limit, intake});
  }
  // Also without /v1, for clients whose base URL lacks it.
  void v1(const http::Guard& guard, const std::string& method, const std::string& path,
          const http::Handler& handler, std::size_t body_limit = 0,
          http::BodyIntake intake = http::BodyIntake::whole) {
    guarded(guard, method, "/v1" + path, handler, body_limit, intake);
    guarded(guard, method, path, handler, body_limit, intake);
  }
  void v1_upload(const http::Guard& guard, const std::string& path, const http::Handler& handler,
                 std::size_t body_limit) {
    v1(guard, "POST", path, handler, body_limit, http::BodyIntake::streamed);
  }

 private:
  http::Router& router_;
};

}  // namespace

void add_routes(http::Router& router, const Doors& doors, ApiOptions options) {
  const auto key = make_api_guard(std::move(options.api_key));
  auto metrics_guard = make_metrics_guard(std::move(options.metrics_keys));
  const auto json_body = options.max_json_body;
  const auto upload = options.max_upload;
  const auto self = std::make_shared<Endpoints>(doors, std::move(options));
  const auto plain = [&self](Answer answer) { return at_once(self, std::move(answer)); };

  const auto metrics_key = self->admin.door.limited(std::move(metrics_guard));
  const auto admin_key = self->admin.door.guard();
  const auto sign_in = self->admin.door.sign_in_guard();
  using A = AdminEndpoints;

  Map map(router);
  // clang-format off
  map.v1(key, "POST", "/images/generations", generations(self), json_body);
  map.v1(key, "POST", "/images",             generations(self), json_body);  // OpenRouter's clients
  map.v1_upload(key, "/images/edits",        edits(self, EditKind::edit), upload);
  map.v1_upload(key, "/images/variations",   edits(self, EditKind::variation), upload);
  map.v1(key, "POST", "/chat/completions",   chat(self), json_body);
  map.v1(key, "GET",  "/models",             plain([](auto& e, auto&) { return e.models.list(); }));
  map.v1(key, "GET",  "/models/{id...}",     plain([](auto& e, auto& r) { return e.models.item(r.param("id")); }));
  map.v1(key, "GET",  "/styles",             plain([](auto& e, auto&) { return list_styles(e.styles); }));
  map.v1(key, "GET",    "/jobs",                   jobs(self, &JobsEndpoint::list));
  map.v1(key, "GET",    "/jobs/{id}",              jobs(self, &JobsEndpoint::get));
  map.v1(key, "DELETE", "/jobs/{id}",              jobs(self, &JobsEndpoint::remove));
  map.v1(key, "POST",   "/jobs/{id}/cancel",       jobs(self, &JobsEndpoint::cancel));
  map.v1(key, "POST",   "/jobs/{id}/retry",        jobs(self, &JobsEndpoint::retry));
  map.v1(key, "GET",    "/jobs/{id}/events",       jobs(self, &JobsEndpoint::events));
  map.v1(key, "GET",    "/events",                 jobs(self, &JobsEndpoint::all_events));
  map.v1(key, "GET",    "/library",                library(self, &LibraryEndpoint::list));
  map.v1(key, "DELETE", "/library",                library(self, &LibraryEndpoint::erase));
  map.v1(key, "POST",   "/library/zip",            library(self, &LibraryEndpoint::zip), kSmallBody);
  map.v1(key, "GET",    "/library/{id}",           library(self, &LibraryEndpoint::item));
  map.v1(key, "PATCH",  "/library/{id}",           library(self, &LibraryEndpoint::change), kSmallBody);
  map.v1(key, "DELETE", "/library/{id}",           library(self, &LibraryEndpoint::remove));
  map.v1(key, "POST",   "/library/{id}/restore",   library(self, &LibraryEndpoint::restore));
  map.v1(key, "GET",    "/library/{id}/thumbnail", library(self, &LibraryEndpoint::thumbnail));
  map.open("GET", "/images/{file}",          pictures(self));
  map.open("GET", "/health",                 plain([](auto& e, auto&) { return e.health.overview(); }));
  map.open("GET", "/health/live",            plain([](auto& e, auto&) { return e.health.live(); }));
  map.open("GET", "/health/ready",           plain([](auto& e, auto&) { return e.health.ready(); }));
  map.guarded(metrics_key, "GET", "/metrics", plain([](auto& e, auto&) { return metrics_page(e.metrics); }));
  map.guarded(sign_in,   "POST",   "/admin/api/login",                    admin_door(self, &AdminDoor::sign_in), kSmallBody);
  map.guarded(admin_key, "GET",    "/admin/api/session",                  admin_door(self, &AdminDoor::session));
  map.guarded(admin_key, "POST",   "/admin/api/logout",                   admin_door(self, &AdminDoor::sign_out));
  map.guarded(admin_key, "GET",    "/admin/api/accounts",                 admin(self, &A::accounts, &AccountsEndpoint::list));
  map.guarded(admin_key, "POST",   "/admin/api/accounts",                 admin(self, &A::accounts, &AccountsEndpoint::add), kAdminBody);
  map.guarded(admin_key, "GET",    "/admin/api/accounts/{id}",            admin(self, &A::accounts, &AccountsEndpoint::item));
  map.guarded(admin_key, "PATCH",  "/admin/api/accounts/{id}",            admin(self, &A::accounts, &AccountsEndpoint::change), kAdminBody);
  map.guarded(admin_key, "DELETE", "/admin/api/accounts/{id}",            admin(self, &A::accounts, &AccountsEndpoint::remove));
  map.guarded(admin_key, "POST",   "/admin/api/accounts/{id}/check",      admin(self, &A::accounts, &AccountsEndpoint::check));
  map.guarded(admin_key, "POST",   "/admin/api/accounts/{id}/clear",      admin(self, &A::accounts, &AccountsEndpoint::clear));
  map.guarded(admin_key, "GET",    "/admin/api/upstreams",                admin(self, &A::upstreams, &UpstreamsEndpoint::list));
  map.guarded(admin_key, "POST",   "/admin/api/upstreams/{provider}/check", admin(self, &A::upstreams, &UpstreamsEndpoint::check));
  map.guarded(admin_key, "GET",    "/admin/api/clearance",                admin(self, &A::clearance, &ClearanceEndpoint::list));
  map.guarded(admin_key, "POST",   "/admin/api/clearance/{provider}",     admin(self, &A::clearance, &ClearanceEndpoint::paste), kAdminBody);
  map.guarded(admin_key, "DELETE", "/admin/api/clearance/{provider}",     admin(self, &A::clearance, &ClearanceEndpoint::forget));
  map.guarded(admin_key, "POST",   "/admin/api/clearance/{provider}/try-again",   admin(self, &A::clearance, &ClearanceEndpoint::try_again));
  map.guarded(admin_key, "POST",   "/admin/api/clearance/{provider}/try-without", admin(self, &A::clearance, &ClearanceEndpoint::try_without));
  map.guarded(admin_key, "GET",    "/admin/api/routes",                   admin(self, &A::routes, &ModelRoutesEndpoint::list));
  map.guarded(admin_key, "PUT",    "/admin/api/routes/{name}",            admin(self, &A::routes, &ModelRoutesEndpoint::put), kAdminBody);
  map.guarded(admin_key, "DELETE", "/admin/api/routes/{name}",            admin(self, &A::routes, &ModelRoutesEndpoint::remove));
  map.guarded(admin_key, "GET",    "/admin/api/queue",                    plain([](auto& e, auto& r) { return e.admin.queue.list(r); }));
  map.guarded(admin_key, "POST",   "/admin/api/queue/{task}/cancel",      admin(self, &A::queue, &QueueEndpoint::cancel));
  map.open("GET", "/openapi.json",           plain([](auto& e, auto& r) { return serve_openapi(e.openapi, r.headers); }));
  for (const auto& file : self->admin_page) {
    map.open("GET", std::string(file.path),  plain([&file](auto&, auto& r) { return serve_admin_page(file, r); }));
  }
  for (const auto& file : self->page.files()) {
    map.open("GET", std::string(file.path),  plain([&file](auto&, auto& r) { return serve(file, r.headers); }));
  }
  // clang-format on
}

http::ServerHooks make_hooks(ForwardedOptions forwarded) {
  http::ServerHooks hooks;
  hooks.render_error = [](const Error& error, const RequestContext& context) {
    return render_error(error, context.request_id);
  };
  hooks.unrouted = unrouted;
  hooks.preflight = preflight;
  hooks.decorate = decorate;
  hooks.identify = [forwarded = std::move(forwarded)](const http::RequestHead& head,
                                                      RequestContext& context) {
    identify(forwarded, head, context);
  };
  return hooks;
}

}  // namespace gw::api
