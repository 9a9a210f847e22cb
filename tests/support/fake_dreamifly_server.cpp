#include "tests/support/fake_dreamifly_server.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "tests/support/fake_dreamifly_faults.hpp"
#include "tests/support/fake_protocol.hpp"
#include "tests/support/tiny_png.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

namespace gw::test {
namespace {

namespace json = boost::json;

FakeReply json_reply(std::string body) {
  return {200, std::move(body), "application/json"};
}

FakeCall call_of(const RawRequest& request) {
  return {.authorization = request.header("authorization"),
          .body = request.body,
          .cookie = request.header("cookie"),
          .headers = request.headers};
}

std::vector<std::string> ids_in(const json::object& wish) {
  std::vector<std::string> ids;
  const auto* list = wish.if_contains("models");
  if (!list || !list->is_array()) return ids;
  for (const auto& id : list->get_array()) {
    if (id.is_string()) ids.emplace_back(std::string_view(id.get_string()));
  }
  return ids;
}

}  // namespace

FakeDreamifly::Server::Server(FakeOptions options)
    : options_(std::move(options)),
      accounts_(options_.accounts, options_.limits, options_.concurrency, options_.cookie_name,
                options_.prices),
      acceptor_(io_.get_executor(),
                asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), options_.port)),
      released_(std::make_shared<Event>(io_.get_executor())) {
  released_->set();
  port_ = acceptor_.local_endpoint().port();
  asio::co_spawn(io_.get_executor(), accept(), asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

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
  if (request.target == "/api/generate" && request.method == "POST")
    co_return co_await generate(socket, std::move(request));
  auto reply = reply_of(request);
  const auto fault = locked([&]() -> std::optional<FakeFault> {
    const auto found = faults_.find(request.target);
    if (found == faults_.end()) return std::nullopt;
    return found->second;
  });
  if (fault) co_return co_await misbehave(socket, *fault, std::move(reply.body));
  co_return co_await send_reply(socket, std::move(reply));
}

// Everything but drawing.
FakeReply FakeDreamifly::Server::reply_of(const RawRequest& request) {
  if (auto controlled = control(request)) return *std::move(controlled);
  if (request.target == "/api/user/quota" && request.method == "GET") return quota_reply(request);
  return locked([&]() -> FakeReply {
    const auto& target = request.target;
    const bool get = request.method == "GET";
    if (target == "/api/time" && get) ++time_calls_;
    if (target == "/api/models" && get) ++model_calls_;
    if (target == "/api/auth/get-session" && get) session_checks_.push_back(call_of(request));
    if (target == "/api/auth/sign-in/email" && !get) sign_ins_.push_back(call_of(request));
    if (const auto told = replies_.find(target); told != replies_.end()) return told->second;
    if (target == "/api/time" && get) return time_reply();
    if (target == "/api/models" && get) return json_reply(models_body(options_.models));
    if (target == "/api/auth/get-session" && get) return accounts_.session(request);
    if (target == "/api/points/balance" && get && !is_old()) return accounts_.balance(request);
    if (target.starts_with("/api/points/model-base-cost?modelId=") && get && !is_old())
      return accounts_.base_cost(target);
    if (target == "/api/auth/sign-in/email" && !get) return accounts_.sign_in(request, wall());
    return {404, "<html>not found</html>", "text/html"};
  });
}

Async<bool> FakeDreamifly::Server::generate(Socket& socket, RawRequest request) {
  auto call = call_of(request);
  const auto refused = authorization_fault(call.authorization);
  const auto caller = locked([&] { return accounts_.caller(request); });
  call.account = caller;
  locked([&] { calls_.push_back(std::move(call)); });
  if (refused) co_return co_await send_reply(socket, *refused);

  const auto trick = next_trick();
  const auto* reply = trick ? std::get_if<FakeReply>(&*trick) : nullptr;
  const auto* fault = trick ? std::get_if<FakeFault>(&*trick) : nullptr;
  if (reply) co_return co_await send_reply(socket, *reply);
  const bool at_once = fault && *fault == FakeFault::reset_at_once;
  const bool while_drawing = fault && *fault == FakeFault::reset_while_drawing;
  if (at_once || while_drawing) co_await misbehave(socket, *fault, "");
  if (at_once) co_return false;

  auto drawn = co_await draw(std::move(request.body), caller);
  if (while_drawing) co_return false;
  if (!drawn) co_return co_await send_reply(socket, std::move(drawn).error());
  if (fault) co_return co_await misbehave(socket, *fault, *std::move(drawn));
  auto good = json_reply(*std::move(drawn));
  co_return co_await send_reply(socket, std::move(good));
}

// Steps 4 to 15 of §3.1. It does not notice whether anybody still waits.
Async<std::expected<std::string, FakeReply>> FakeDreamifly::Server::draw(std::string body,
                                                                         std::string caller) {
  if (auto refusal = locked([&] { return accounts_.refusal(caller, wall()); }))
    co_return std::unexpected(*std::move(refusal));
  const Job job(*this, caller);
  boost::system::error_code error;
  const auto parsed = json::parse(body, error);
  if (error || !parsed.is_object())
    co_return std::unexpected(error_reply(500, "Unexpected end of JSON input"));
  const auto& wish = parsed.get_object();
  if (auto refusal = locked([&] { return accounts_.allowance_refusal(caller, wish); }))
    co_return std::unexpected(*std::move(refusal));
  if (caller.empty()) {
    if (auto fault = login_fault(wish)) co_return std::unexpected(*std::move(fault));
    co_await pause(locked([&] { return options_.anonymous_delay; }));
  }
  if (auto fault = locked([&] { return body_fault(wish, options_.models); }))
    co_return std::unexpected(*std::move(fault));
  co_await pause(locked([&] { return options_.delay; }));
  const auto released = released_;
  co_await released->wait();
  co_return picture_body(wish);
}

Async<void> FakeDreamifly::Server::pause(std::chrono::milliseconds time) {
  if (time.count() == 0) co_return;
  Event::Timer timer(io_.get_executor());
  timer.expires_after(time);
  co_await timer.async_wait(use_awaitable);
}

FakeReply FakeDreamifly::Server::time_reply() {
  if (is_old()) return {404, "<html>not found</html>", "text/html"};
  const auto now = wall();
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  return json_reply(json::serialize(json::object{{"timestamp", since_epoch.count()},
                                                 {"timeString", minute_of(now, options_.zone)}}));
}

// Token first, then the session (§7); a server of the static scheme is older than this call.
FakeReply FakeDreamifly::Server::quota_reply(const RawRequest& request) {
  const auto told = locked([&] { return replies_.contains(request.target); });
  if (told) return locked([&] { return replies_.at(request.target); });
  if (is_old()) return {404, "<html>not found</html>", "text/html"};
  if (auto refused = authorization_fault(request.header("authorization"))) return *refused;
  return locked([&] { return accounts_.quota(request); });
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

std::string FakeDreamifly::Server::state() const {
  return json::serialize(json::object{{"calls", calls_.size()},
                                      {"time_calls", time_calls_},
                                      {"model_calls", model_calls_},
                                      {"sign_ins", sign_ins_.size()},
                                      {"session_checks", session_checks_.size()},
                                      {"running", accounts_.running()},
                                      {"most_running", most_running_}});
}

// What was asked of POST /api/generate, and for whom; without pictures and credentials.
std::string FakeDreamifly::Server::orders() const {
  json::array orders;
  for (const auto& call : calls_) {
    boost::system::error_code error;
    auto order = json::parse(call.body, error);
    if (!error && order.is_object()) order.get_object().erase("images");
    orders.push_back(json::object{{"account", call.account}, {"order", std::move(order)}});
  }
  return json::serialize(orders);
}

// {"count", "status", "body", "content_type"} or {"count", "fault": a name of FakeFault}.
FakeReply FakeDreamifly::Server::give_tricks(const json::object& wish) {
  const auto text = [&](std::string_view name, std::string_view otherwise) {
    const auto* field = wish.if_contains(name);
    if (field && field->is_string()) return std::string(std::string_view(field->get_string()));
    return field ? json::serialize(*field) : std::string(otherwise);
  };
  FakeTrick trick = FakeReply{.status = static_cast<int>(integer(wish, "status")),
                              .body = text("body", "{}"),
                              .content_type = text("content_type", "application/json")};
  if (const auto name = text("fault", ""); !name.empty()) {
    const auto* fault = find_fault(name);
    if (!fault) return error_reply(400, "no such fault");
    trick = *fault;
  }
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(1, integer(wish, "count")));
  tricks_.insert(tricks_.end(), count, trick);
  return json_reply("{}");
}

// For programs in other languages: GET /fake/state, /fake/calls; POST /fake/next,
// /fake/drop-sessions, /fake/hold, /fake/release, /fake/models {"models": [ids]}.
std::optional<FakeReply> FakeDreamifly::Server::control(const RawRequest& request) {
  const auto& target = request.target;
  if (!target.starts_with("/fake/")) return std::nullopt;
  boost::system::error_code error;
  const auto parsed = json::parse(request.body.empty() ? "{}" : request.body, error);
  if (error || !parsed.is_object()) return error_reply(400, "an object is needed");
  const auto& wish = parsed.get_object();
  return locked([&]() -> std::optional<FakeReply> {
    if (target == "/fake/state") return json_reply(state());
    if (target == "/fake/calls") return json_reply(orders());
    if (target == "/fake/next") return give_tricks(wish);
    if (target == "/fake/drop-sessions")
      accounts_.drop_sessions();
    else if (target == "/fake/hold")
      hold();
    else if (target == "/fake/release")
      release();
    else if (target == "/fake/models")
      options_.models = ids_in(wish);
    else
      return std::nullopt;
    return json_reply("{}");
  });
}

std::optional<FakeTrick> FakeDreamifly::Server::next_trick() {
  return locked([&]() -> std::optional<FakeTrick> {
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

}  // namespace gw::test
