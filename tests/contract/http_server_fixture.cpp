#include "tests/contract/http_server_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace gw::http {
namespace {

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
      return 400;
    case ErrorKind::unauthenticated:
      return 401;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::method_not_allowed:
      return 405;
    case ErrorKind::request_timeout:
      return 408;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::unsupported_media_type:
      return 415;
    case ErrorKind::header_too_large:
      return 431;
    case ErrorKind::queue_full:
    case ErrorKind::shutting_down:
      return 503;
    default:
      return 500;
  }
}

Task<Response> hello(Request, RequestContext&) {
  co_return text_response(200, "text/plain", "hello");
}

Task<Response> echo(Request request, RequestContext&) {
  co_return text_response(200, "text/plain", std::move(request.body));
}

Task<Response> count_body(Request request, Record& record) {
  std::size_t count = 0;
  for (;;) {
    GW_CO_TRY(const auto piece, co_await request.stream->next());
    if (piece.empty()) break;
    count += piece.size();
    record.add("piece");
  }
  co_return text_response(200, "text/plain", std::to_string(count));
}

// Has seen enough after the first piece.
Task<Response> refuse_body(Request request, RequestContext&) {
  GW_CO_CHECK(co_await request.stream->next());
  co_return fail(Error::invalid_request("image", "not this one"));
}

Task<Response> show_id(Request request, RequestContext&) {
  co_return text_response(200, "text/plain", request.param("id"));
}

Task<Response> large(Record& record) {
  Response response;
  response.written = [&record] { record.add("written"); };
  for (const char letter : {'a', 'b', 'c'}) {
    response.pieces.push_back(share(std::string(3 * 1024 * 1024 - 7, letter)));
  }
  co_return response;
}

Task<Response> throw_bug(Request, RequestContext&) {
  throw std::runtime_error("a bug with an address in it");
  co_return Response{};
}

Task<Response> fail_it(Request, RequestContext&) {
  co_return fail(Error(ErrorKind::queue_full, "no room"));
}

Task<Response> nothing(Request, RequestContext&) {
  co_return text_response(204, "text/plain", "x");
}

Task<Response> close_it(Request, RequestContext&) {
  auto response = text_response(200, "text/plain", "bye");
  response.headers.add("Connection", "close");
  co_return response;
}

class Pieces final : public BodySource {
 public:
  Task<SharedBytes> next() override {
    if (at_ == std::size(kPieces)) co_return SharedBytes();
    co_return share(kPieces[at_++]);
  }

 private:
  static constexpr const char* kPieces[] = {"ab", "", "cd"};
  std::size_t at_ = 0;
};

Task<Response> stream(Request request, RequestContext&) {
  Response response;
  response.source = std::make_unique<Pieces>();
  if (const auto length = request.query_value("length"))
    response.source_length = std::stoul(*length);
  co_return response;
}

class Endless final : public BodySource {
 public:
  Endless(Executor io, Record& record) : never_(io), record_(record) {}
  ~Endless() override { record_.add("stream destroyed"); }
  Task<SharedBytes> next() override {
    if (!std::exchange(started_, true)) co_return share("first");
    co_await never_.wait();
    co_return SharedBytes();
  }

 private:
  Event never_;
  Record& record_;
  bool started_ = false;
};

class Concluding final : public BodySource {
 public:
  Concluding(Executor io, std::size_t first) : never_(io), first_(first) {}
  Task<SharedBytes> next() override {
    if (last_) co_return std::exchange(last_, {});
    if (concluded_) co_return SharedBytes();
    if (first_ > 0) co_return share(std::string(std::exchange(first_, 0), 'f'));
    co_await never_.wait();
    co_return SharedBytes();
  }
  bool conclude(const Error& why) override {
    last_ = share("last words: " + why.message());
    return concluded_ = true;
  }

 private:
  Event never_;
  std::size_t first_;
  SharedBytes last_;
  bool concluded_ = false;
};

// Has its next piece ready in the very moment in which it is cut.
class JustInTime final : public BodySource {
 public:
  explicit JustInTime(Executor io) : never_(io, Event::Timer::time_point::max()) {}
  Task<SharedBytes> next() override {
    if (last_) co_return std::exchange(last_, {});
    if (concluded_) co_return SharedBytes();
    if (!std::exchange(started_, true)) co_return share("first,");
    boost::system::error_code cut;
    co_await never_.async_wait(asio::redirect_error(use_awaitable, cut));
    co_return share("just in time,");
  }
  bool conclude(const Error&) override {
    last_ = share("end");
    return concluded_ = true;
  }

 private:
  Event::Timer never_;
  SharedBytes last_;
  bool started_ = false;
  bool concluded_ = false;
};

Task<Response> just_in_time(Executor io) {
  Response response;
  response.source = std::make_unique<JustInTime>(io);
  co_return response;
}

Task<Response> concluding(Executor io, std::size_t first) {
  Response response;
  response.source = std::make_unique<Concluding>(io, first);
  co_return response;
}

Task<Response> endless(Executor io, Record& record) {
  Response response;
  response.source = std::make_unique<Endless>(io, record);
  co_return response;
}

Task<Response> wait_for(Event& released, Record& record) {
  record.add("entered");
  try {
    co_await released.wait();
  } catch (const boost::system::system_error&) {
    record.add("cancelled");
    throw;
  }
  record.add("released");
  co_return text_response(200, "text/plain", "waited");
}

Result<CallerId> guard(const RequestHead& head) {
  if (head.headers.find("x-key") == "right") return CallerId{"someone"};
  return fail(Error(ErrorKind::unauthenticated, "a key is missing"));
}

Task<Response> count_then_wait(Request request, Event& released, Record& record) {
  GW_CO_TRY(auto counted, co_await count_body(std::move(request), record));
  GW_CO_CHECK(co_await wait_for(released, record));
  co_return std::move(counted);
}

}  // namespace

void Record::add(std::string event) {
  const std::lock_guard lock(mutex_);
  events_.insert(std::move(event));
  changed_.notify_all();
}

bool Record::wait_for(const std::string& event, std::size_t times,
                      std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return events_.count(event) >= times; });
}

std::size_t Record::count(const std::string& event) {
  const std::lock_guard lock(mutex_);
  return events_.count(event);
}

HttpServerFixture::HttpServerFixture() {
  options.port = 0;
  add_routes();
}

HttpServerFixture::~HttpServerFixture() {
  if (!thread_.joinable()) return;
  if (!drained_) drain(std::chrono::milliseconds(0)).wait();
  busy_.reset();
  thread_.join();
}

void HttpServerFixture::start() {
  auto server = make_server(io_, options, router_, hooks(), clock_, random_);
  ASSERT_TRUE(server) << server.error().message();
  server_ = std::move(*server);
  server_->start();
  thread_ = std::thread([this] { io_.run(); });
}

test::RawAnswer HttpServerFixture::ask(std::string_view request) {
  auto socket = connect();
  socket.send(request);
  return socket.receive_answer();
}

void HttpServerFixture::release() {
  asio::post(io_, [this] { released_.set(); });
}

ServerCounters HttpServerFixture::counters() {
  std::promise<ServerCounters> result;
  asio::post(io_, [&] { result.set_value(server_->counters()); });
  return result.get_future().get();
}

std::future<void> HttpServerFixture::drain(std::chrono::milliseconds grace) {
  drained_ = true;
  return asio::co_spawn(io_, server_->drain(std::chrono::steady_clock::now() + grace),
                        asio::use_future);
}

std::string HttpServerFixture::large_body() {
  std::string body;
  for (const char letter : {'a', 'b', 'c'}) body.append(3 * 1024 * 1024 - 7, letter);
  return body;
}

void HttpServerFixture::add_routes() {
  const auto add = [this](std::string method, std::string pattern, Handler handler,
                          std::size_t body_limit = 0, Guard guarded = nullptr) {
    Route route;
    route.method = std::move(method);
    route.pattern = std::move(pattern);
    route.handler = std::move(handler);
    route.guard = std::move(guarded);
    route.body_limit = body_limit;
    router_.add(std::move(route));
  };
  const auto add_upload = [this](std::string pattern, Handler handler) {
    router_.add({.method = "POST",
                 .pattern = std::move(pattern),
                 .handler = std::move(handler),
                 .guard = {},
                 .body_limit = kUploadLimit,
                 .intake = BodyIntake::streamed});
  };
  add_upload("/upload", [this](Request request, RequestContext&) {
    return count_body(std::move(request), record);
  });
  add_upload("/upload/refused", refuse_body);
  add_upload("/upload/wait", [this](Request request, RequestContext&) {
    return count_then_wait(std::move(request), released_, record);
  });
  add("GET", "/hello", hello);
  add("GET", "/items/{id}", show_id);
  add("POST", "/echo", echo, kEchoLimit);
  add("POST", "/guarded", echo, kEchoLimit, guard);
  add("GET", "/wait", [this](Request, RequestContext&) { return wait_for(released_, record); });
  add("GET", "/large", [this](Request, RequestContext&) { return large(record); });
  add("GET", "/stream", stream);
  add("GET", "/endless",
      [this](Request, RequestContext&) { return endless(io_.get_executor(), record); });
  add("GET", "/just-in-time",
      [this](Request, RequestContext&) { return just_in_time(io_.get_executor()); });
  add("GET", "/concluding", [this](Request request, RequestContext&) {
    return concluding(io_.get_executor(), std::stoul(request.query_value("first").value()));
  });
  add("GET", "/throw", throw_bug);
  add("GET", "/fail", fail_it);
  add("GET", "/nothing", nothing);
  add("GET", "/close", close_it);
}

ServerHooks HttpServerFixture::hooks() {
  ServerHooks hooks;
  hooks.render_error = [this](const Error& error, const RequestContext& context) {
    if (!error.detail().empty()) record.add("detail " + error.detail());
    return text_response(status_of(error.kind()), "text/plain",
                         error.message() + " " + context.request_id);
  };
  hooks.preflight = [](const RequestHead& head) -> std::optional<Response> {
    if (!head.headers.contains("Origin")) return std::nullopt;
    Response response;
    response.status = 204;
    return response;
  };
  hooks.identify = [](const RequestHead&, RequestContext& context) {
    context.origin = "http://" + context.client;
  };
  hooks.decorate = [](const RequestHead&, const RequestContext& context, Response& response) {
    response.headers.set("x-decorated", context.origin);
  };
  hooks.finished = [this](const RequestHead& head, const RequestContext&, int status,
                          std::uint64_t) {
    record.add(fmt::format("finished {} {} {}", status, head.method, head.target));
  };
  return hooks;
}

}  // namespace gw::http
