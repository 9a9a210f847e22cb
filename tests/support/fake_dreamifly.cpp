#include "tests/support/fake_dreamifly.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/event.hpp"
#include "base/task.hpp"
#include "tests/support/fake_protocol.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/tiny_png.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

namespace gw::test {
namespace {

namespace json = boost::json;
using Tcp = asio::ip::tcp;
using Trick = std::variant<FakeReply, FakeFault>;

}  // namespace

class FakeDreamifly::Server {
 public:
  explicit Server(FakeOptions options)
      : options_(std::move(options)),
        acceptor_(io_.get_executor(),
                  Tcp::endpoint(asio::ip::address_v4::loopback(), options_.port)),
        released_(std::make_shared<Event>(io_.get_executor())) {
    released_->set();
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(io_.get_executor(), accept(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Server() {
    io_.stop();
    thread_.join();
  }

  std::uint16_t port() const { return port_; }

  template <class Function>
  auto locked(Function function) const {
    const std::lock_guard lock(mutex_);
    return function();
  }

  template <class Function>
  void on_thread(Function function) {
    std::condition_variable done;
    bool finished = false;
    asio::post(io_, [&] {
      const std::lock_guard lock(mutex_);
      function();
      finished = true;
      done.notify_all();
    });
    std::unique_lock lock(mutex_);
    done.wait(lock, [&] { return finished; });
  }

  bool wait_for_running(std::size_t count, std::chrono::milliseconds patience) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return running_ >= count; });
  }

  // Guarded by mutex_; written on the server's thread or under locked().
  FakeOptions options_;
  std::deque<Trick> tricks_;
  std::string label_ = "data:image/png;base64,";
  std::vector<FakeCall> calls_;
  std::size_t time_calls_ = 0;
  std::size_t running_ = 0;
  std::size_t most_running_ = 0;

  void hold() { released_ = std::make_shared<Event>(io_.get_executor()); }
  void release() { released_->set(); }

 private:
  // One drawing; counted until the server has done its work, whoever still waits.
  class Job {
   public:
    explicit Job(Server& server) : server_(server) {
      const std::lock_guard lock(server_.mutex_);
      server_.most_running_ = std::max(server_.most_running_, ++server_.running_);
      server_.changed_.notify_all();
    }
    ~Job() {
      const std::lock_guard lock(server_.mutex_);
      --server_.running_;
    }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

   private:
    Server& server_;
  };

  Async<void> accept();
  Async<void> serve(Socket socket);
  Async<bool> answer(Socket& socket, RawRequest request);
  Async<bool> generate(Socket& socket, RawRequest request);
  Async<bool> send(Socket& socket, FakeReply reply);
  Async<bool> misbehave(Socket& socket, FakeFault fault, std::string body);

  WallTime wall() const {
    return options_.wall ? options_.wall() : std::chrono::system_clock::now();
  }
  std::string time_body();
  std::optional<FakeReply> authorization_fault(const std::string& authorization) const;
  std::optional<FakeReply> concurrency_fault() const;
  std::optional<FakeReply> control(const RawRequest& request);
  std::optional<Trick> next_trick();
  std::string picture_body(const json::object& body);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  asio::io_context io_{1};
  asio::basic_socket_acceptor<Tcp, Executor> acceptor_;
  std::shared_ptr<Event> released_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

Async<void> FakeDreamifly::Server::accept() {
  for (;;) {
    auto socket = co_await acceptor_.async_accept(use_awaitable);
    asio::co_spawn(io_.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

Async<void> FakeDreamifly::Server::serve(Socket socket) {
  std::string buffer;
  for (;;) {
    auto request = co_await read_request(socket, buffer);
    if (!request || !co_await answer(socket, std::move(*request))) co_return;
  }
}

Async<bool> FakeDreamifly::Server::answer(Socket& socket, RawRequest request) {
  const auto target = request.target;
  FakeReply reply{404, "<html>not found</html>", "text/html"};
  if (target == "/api/time" && request.method == "GET") {
    auto body = time_body();
    if (!body.empty()) reply = {200, std::move(body), "application/json"};
  } else if (target == "/api/models") {
    reply = {200, models_body(), "application/json"};
  } else if (target == "/api/generate" && request.method == "POST") {
    co_return co_await generate(socket, std::move(request));
  } else if (auto controlled = control(request)) {
    reply = std::move(*controlled);
  }
  co_return co_await send(socket, std::move(reply));
}

Async<bool> FakeDreamifly::Server::generate(Socket& socket, RawRequest request) {
  FakeCall call{.authorization = request.header("authorization"), .body = std::move(request.body)};
  const auto body = call.body;
  const auto refused = authorization_fault(call.authorization);
  locked([&] { calls_.push_back(std::move(call)); });
  if (refused) co_return co_await send(socket, *refused);

  const auto trick = next_trick();
  if (trick && std::holds_alternative<FakeReply>(*trick)) {
    co_return co_await send(socket, std::get<FakeReply>(*trick));
  }
  if (auto busy = concurrency_fault()) co_return co_await send(socket, std::move(*busy));

  std::string picture;
  {
    const Job job(*this);
    boost::system::error_code error;
    const auto parsed = json::parse(body, error);
    if (error || !parsed.is_object()) {
      auto bad = error_reply(500, "Unexpected end of JSON input");
      co_return co_await send(socket, std::move(bad));
    }
    if (auto fault = body_fault(parsed.get_object()))
      co_return co_await send(socket, std::move(*fault));
    Event::Timer timer(io_.get_executor());
    timer.expires_after(locked([&] { return options_.delay; }));
    co_await timer.async_wait(use_awaitable);
    const auto released = released_;
    co_await released->wait();
    picture = picture_body(parsed.get_object());
  }
  if (trick) co_return co_await misbehave(socket, std::get<FakeFault>(*trick), std::move(picture));
  FakeReply reply{200, std::move(picture), "application/json"};
  co_return co_await send(socket, std::move(reply));
}

// Chunked and without a length, as the real one answers.
Async<bool> FakeDreamifly::Server::send(Socket& socket, FakeReply reply) {
  auto bytes = fmt::format(
      "HTTP/1.1 {} Status\r\nContent-Type: {}\r\nCache-Control: no-store\r\n"
      "Transfer-Encoding: chunked\r\n\r\n",
      reply.status, reply.content_type);
  if (!reply.body.empty()) bytes += fmt::format("{:x}\r\n{}\r\n", reply.body.size(), reply.body);
  bytes += "0\r\n\r\n";
  co_return co_await write_bytes(socket, std::move(bytes));
}

Async<bool> FakeDreamifly::Server::misbehave(Socket& socket, FakeFault fault, std::string body) {
  if (fault == FakeFault::truncated) {
    auto bytes = fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        body.size(), body.substr(0, body.size() / 2));
    co_await write_bytes(socket, std::move(bytes));
  } else {
    reset(socket);
  }
  co_return false;
}

std::string FakeDreamifly::Server::time_body() {
  return locked([&] {
    ++time_calls_;
    if (!options_.static_token.empty()) return std::string();
    const auto now = wall();
    const auto since_epoch =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
    return json::serialize(json::object{{"timestamp", since_epoch.count()},
                                        {"timeString", minute_of(now, options_.zone)}});
  });
}

// This minute's token and the last one's; never the next one's (§2.2).
std::optional<FakeReply> FakeDreamifly::Server::authorization_fault(
    const std::string& authorization) const {
  if (!authorization.starts_with("Bearer "))
    return error_reply(401, "Missing or invalid Authorization header");
  const auto token = authorization.substr(7);
  const bool good = locked([&] {
    if (!options_.static_token.empty()) return token == options_.static_token;
    const auto now = wall();
    return token == md5_hex(options_.key + minute_of(now, options_.zone)) ||
           token == md5_hex(options_.key + minute_of(now - std::chrono::minutes(1), options_.zone));
  });
  if (good) return std::nullopt;
  return error_reply(401, "Invalid API key");
}

std::optional<FakeReply> FakeDreamifly::Server::concurrency_fault() const {
  return locked([&]() -> std::optional<FakeReply> {
    if (options_.concurrency == 0 || running_ < options_.concurrency) return std::nullopt;
    const json::object body{
        {"error",
         fmt::format("当前有 {} 个生图任务正在执行，请等待其他任务执行完成后再试。", running_)},
        {"code", "IP_CONCURRENCY_LIMIT_EXCEEDED"},
        {"currentConcurrency", running_},
        {"maxConcurrency", options_.concurrency}};
    return FakeReply{429, json::serialize(body), "application/json"};
  });
}

// For programs in other languages: POST /fake/next {"count", "status", "body", "content_type"} or
// {"count", "fault": "reset"|"truncated"}; GET /fake/state.
std::optional<FakeReply> FakeDreamifly::Server::control(const RawRequest& request) {
  if (request.target == "/fake/state") {
    return locked([&] {
      const json::object state{{"calls", calls_.size()},
                               {"time_calls", time_calls_},
                               {"running", running_},
                               {"most_running", most_running_}};
      return FakeReply{200, json::serialize(state), "application/json"};
    });
  }
  if (request.target != "/fake/next") return std::nullopt;
  boost::system::error_code error;
  const auto parsed = json::parse(request.body, error);
  if (error || !parsed.is_object()) return error_reply(400, "an object is needed");
  const auto& object = parsed.get_object();
  const auto text = [&](std::string_view name, std::string_view otherwise) {
    const auto* field = object.if_contains(name);
    if (field && field->is_string()) return std::string(std::string_view(field->get_string()));
    return field ? json::serialize(*field) : std::string(otherwise);
  };
  Trick trick = FakeReply{.status = static_cast<int>(integer(object, "status")),
                          .body = text("body", "{}"),
                          .content_type = text("content_type", "application/json")};
  if (const auto fault = text("fault", ""); !fault.empty()) {
    trick = fault == "reset" ? FakeFault::reset : FakeFault::truncated;
  }
  locked([&] {
    tricks_.insert(tricks_.end(),
                   static_cast<std::size_t>(std::max<std::int64_t>(1, integer(object, "count"))),
                   trick);
  });
  return FakeReply{200, "{}", "application/json"};
}

std::optional<Trick> FakeDreamifly::Server::next_trick() {
  return locked([&]() -> std::optional<Trick> {
    if (tricks_.empty()) return std::nullopt;
    auto trick = std::move(tricks_.front());
    tricks_.pop_front();
    return trick;
  });
}

std::string FakeDreamifly::Server::picture_body(const json::object& body) {
  const auto png = tiny_png(static_cast<std::uint32_t>(integer(body, "width")),
                            static_cast<std::uint32_t>(integer(body, "height")),
                            static_cast<std::uint64_t>(integer(body, "seed")));
  return R"({"imageUrl":")" + locked([&] { return label_; }) + base64_encode(png) + R"("})";
}

FakeDreamifly::FakeDreamifly(FakeOptions options)
    : server_(std::make_unique<Server>(std::move(options))) {}
FakeDreamifly::~FakeDreamifly() = default;

std::uint16_t FakeDreamifly::port() const {
  return server_->port();
}
std::string FakeDreamifly::base_url() const {
  return fmt::format("http://127.0.0.1:{}", port());
}

void FakeDreamifly::reply_next(int count, FakeReply reply) {
  server_->locked([&] {
    server_->tricks_.insert(server_->tricks_.end(), static_cast<std::size_t>(count), Trick(reply));
  });
}

void FakeDreamifly::fault_next(int count, FakeFault fault) {
  server_->locked([&] {
    server_->tricks_.insert(server_->tricks_.end(), static_cast<std::size_t>(count), Trick(fault));
  });
}

void FakeDreamifly::set_data_url_label(std::string label) {
  server_->locked([&] { server_->label_ = std::move(label); });
}
void FakeDreamifly::set_wall(std::function<WallTime()> wall) {
  server_->locked([&] { server_->options_.wall = std::move(wall); });
}
void FakeDreamifly::set_delay(std::chrono::milliseconds delay) {
  server_->locked([&] { server_->options_.delay = delay; });
}
void FakeDreamifly::hold() {
  server_->on_thread([this] { server_->hold(); });
}
void FakeDreamifly::release() {
  server_->on_thread([this] { server_->release(); });
}

std::vector<FakeCall> FakeDreamifly::calls() const {
  return server_->locked([&] { return server_->calls_; });
}
std::size_t FakeDreamifly::time_calls() const {
  return server_->locked([&] { return server_->time_calls_; });
}
std::size_t FakeDreamifly::running() const {
  return server_->locked([&] { return server_->running_; });
}
std::size_t FakeDreamifly::most_running() const {
  return server_->locked([&] { return server_->most_running_; });
}
bool FakeDreamifly::wait_for_running(std::size_t count, std::chrono::milliseconds patience) const {
  return server_->wait_for_running(count, patience);
}

}  // namespace gw::test
