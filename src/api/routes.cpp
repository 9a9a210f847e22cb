#include "api/routes.hpp"

#include "api/cors.hpp"
#include "api/error_envelope.hpp"
#include "api/ops/metrics.hpp"
#include "api/v1/styles.hpp"

#include <memory>
#include <string>

namespace gw::api {
namespace {

struct Endpoints {
  Endpoints(const Doors& doors, ApiOptions given)
      : images(doors.generator, doors.links, doors.clock, doors.workers, doors.pictures_in_memory,
               given.heartbeat, EditReader(doors.uploads, doors.workers, given.max_json_body),
               doors.editor),
        chat(
            {doors.models, doors.generator, doors.uploads, doors.editor, doors.results, doors.links,
             doors.clock, doors.workers, doors.pictures_in_memory, doors.chat_upstreams},
            {given.chat_pictures, given.heartbeat}),
        models(doors.models),
        pictures(doors.results, doors.links),
        health(std::move(given.health)),
        page(std::move(given.page)),
        styles(doors.styles),
        metrics(doors.metrics) {}

  ImagesEndpoint images;
  ChatEndpoint chat;
  ModelsEndpoint models;
  PicturesEndpoint pictures;
  HealthEndpoint health;
  Page page;
  const StyleBook& styles;
  const MetricsRegistry& metrics;
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
  const auto metrics_key = make_metrics_guard(std::move(options.metrics_keys));
  const auto json_body = options.max_json_body;
  const auto upload = options.max_upload;
  const auto self = std::make_shared<Endpoints>(doors, std::move(options));
  const auto plain = [&self](Answer answer) { return at_once(self, std::move(answer)); };

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
  map.open("GET", "/images/{file}",          plain([](auto& e, auto& r) { return e.pictures.get(r); }));
  map.open("GET", "/health",                 plain([](auto& e, auto&) { return e.health.overview(); }));
  map.open("GET", "/health/live",            plain([](auto& e, auto&) { return e.health.live(); }));
  map.open("GET", "/health/ready",           plain([](auto& e, auto&) { return e.health.ready(); }));
  map.guarded(metrics_key, "GET", "/metrics", plain([](auto& e, auto&) { return metrics_page(e.metrics); }));
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
