#include "http/session.hpp"

#include "base/text.hpp"
#include "http/departure_watch.hpp"
#include "http/request_reader.hpp"
#include "http/response_writer.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace gw::http {
namespace {

using std::chrono::milliseconds;

constexpr int kClientLeft = 499;
// An unread body up to this size is read and dropped to keep the connection.
constexpr std::uint64_t kDrainLimit = 64 * 1024;
// Closing over unread bytes resets the connection, and the client may never see our answer: so we
// wait for it to close, but not for long.
constexpr milliseconds kLingerTime{2'000};
// At the end of a drain nobody waits for a slow reader.
constexpr milliseconds kCutStall{500};

// One request and all that is decided about it on the way.
struct Exchange {
  ParsedHead parsed;
  RequestContext context;
  std::string allowed;                  // of a 405
  std::optional<DepartureWatch> watch;  // while the answer is being made
  std::uint64_t sent_before = 0;
  int status = kClientLeft;
  bool body_pending = false;  // announced and not read
  bool close = false;         // the connection cannot go on
  bool unread = false;        // bytes of this request may still be coming
  bool gone = false;          // nobody is there to answer
};

// "req_…" unless the client brought one of its own that is safe in logs and headers.
std::string request_id(const RequestHead& head, Random& random) {
  const auto is_safe = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  };
  const auto own = head.headers.find("x-request-id").value_or("");
  if (!own.empty() && own.size() <= 64 && std::ranges::all_of(own, is_safe))
    return std::string(own);
  return "req_" + random.token(24);
}

bool asks_to_close(const Response& response) {
  return equals_ignoring_case(response.headers.find("Connection").value_or(""), "close");
}

class Session final {
 public:
  Session(ServerCore& core, Connection& connection) : core_(core), connection_(connection) {}

  Async<Persistence> serve_one();
  Async<void> turn_away();

 private:
  Result<ParsedHead> take_head(Result<std::size_t> length);
  void begin(Exchange& exchange, Result<ParsedHead>& parsed);
  Async<void> answer(Exchange& exchange, Result<ParsedHead>& parsed);
  Async<Response> respond(Exchange& exchange);
  Task<Response> route(Exchange& exchange);
  Task<Response> handle(Exchange& exchange, Router::Match& match);
  Task<std::string> read_request_body(Exchange& exchange, std::size_t limit);
  Response render(Exchange& exchange, const Error& error);
  Async<void> deliver(Exchange& exchange, Response response);
  Async<Delivered> write(Exchange& exchange, Response& response, const WireOptions& options);
  Persistence persistence(const Exchange& exchange, const Response& response, BodyForm form) const;
  Async<void> settle(Exchange& exchange);
  Async<void> linger();
  void finish(const Exchange& exchange);

  ServerCore& core_;
  Connection& connection_;
};

Async<Persistence> Session::serve_one() {
  auto length = co_await await_head(core_, connection_);
  if (length && *length == 0) co_return Persistence::close;
  auto parsed = take_head(std::move(length));
  Exchange exchange;
  begin(exchange, parsed);
  std::exception_ptr escaped;
  try {
    co_await answer(exchange, parsed);
  } catch (...) {
    escaped =
        std::current_exception();  // told to the owner below, after the request's one log line
  }
  finish(exchange);
  if (escaped) std::rethrow_exception(escaped);
  if (exchange.gone) co_return Persistence::close;
  co_await settle(exchange);
  co_return exchange.close ? Persistence::close : Persistence::keep_alive;
}

Result<ParsedHead> Session::take_head(Result<std::size_t> length) {
  if (!length) return fail(std::move(length).error());
  auto& input = connection_.input();
  auto parsed = parse_head(std::string_view(input).substr(0, *length));
  input.erase(0, *length);
  if (!parsed) ++core_.counters.malformed;
  return parsed;
}

void Session::begin(Exchange& exchange, Result<ParsedHead>& parsed) {
  if (parsed) exchange.parsed = std::move(*parsed);
  auto& head = exchange.parsed.head;
  head.remote_address = connection_.remote_address();
  exchange.sent_before = connection_.bytes_sent();
  exchange.body_pending = exchange.parsed.has_body();
  exchange.close = exchange.unread = !parsed;
  exchange.context.request_id = request_id(head, core_.random);
  exchange.context.received = core_.clock.now();
  exchange.context.client = head.remote_address;
  if (parsed && core_.hooks.identify) core_.hooks.identify(head, exchange.context);
}

Async<void> Session::answer(Exchange& exchange, Result<ParsedHead>& parsed) {
  auto response = parsed ? co_await respond(exchange) : render(exchange, parsed.error());
  if (exchange.watch && exchange.watch->gone()) exchange.gone = true;
  if (exchange.gone) co_return;
  // A handler that the server cut off has used up the cancellation; its client still gets an
  // answer.
  if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) {
    co_await asio::this_coro::reset_cancellation_state();
  }
  co_await deliver(exchange, std::move(response));
}

// The place where exceptions of guards and handlers end.
Async<Response> Session::respond(Exchange& exchange) {
  Error error;
  try {
    auto response = co_await route(exchange);
    if (response) co_return std::move(*response);
    error = std::move(response).error();
  } catch (const boost::system::system_error& escaped) {
    const bool cut = core_.phase == ServerCore::Phase::cutting &&
                     escaped.code() == asio::error::operation_aborted;
    error = cut ? Error(ErrorKind::shutting_down, "The server is shutting down.")
                : Error::internal(escaped.what());
  } catch (const std::exception& escaped) {
    error = Error::internal(escaped.what());
  }
  co_return render(exchange, error);
}

Task<Response> Session::route(Exchange& exchange) {
  const auto& head = exchange.parsed.head;
  if (head.method == "OPTIONS" && core_.hooks.preflight) {
    if (auto response = core_.hooks.preflight(head)) co_return std::move(*response);
  }
  GW_CO_TRY(auto match, core_.router.find(head.method, head.path()));
  if (match.route) co_return co_await handle(exchange, match);
  exchange.allowed = std::move(match.allowed);
  if (core_.hooks.unrouted) co_return fail(core_.hooks.unrouted(head, exchange.allowed));
  if (exchange.allowed.empty()) co_return fail(Error::not_found("There is nothing at this path."));
  co_return fail(Error(ErrorKind::method_not_allowed,
                       "This path takes only these methods: " + exchange.allowed + "."));
}

class CountedWait final {
 public:
  explicit CountedWait(std::size_t& waiting) : waiting_(waiting) { ++waiting_; }
  ~CountedWait() { --waiting_; }
  CountedWait(const CountedWait&) = delete;
  CountedWait& operator=(const CountedWait&) = delete;

 private:
  std::size_t& waiting_;
};

Task<Response> Session::handle(Exchange& exchange, Router::Match& match) {
  const auto& route = *match.route;
  if (route.guard) {
    GW_CO_TRY(exchange.context.caller, route.guard(exchange.parsed.head));
  }
  Request request;
  GW_CO_TRY(request.body, co_await read_request_body(exchange, route.body_limit));
  static_cast<RequestHead&>(request) = exchange.parsed.head;
  request.params = std::move(match.params);
  connection_.release_input();
  const CountedWait counted(core_.counters.requests_waiting);
  exchange.watch.emplace(connection_.shared_from_this());
  co_return co_await route.handler(std::move(request), exchange.context);
}

Task<std::string> Session::read_request_body(Exchange& exchange, std::size_t limit) {
  exchange.body_pending = false;
  auto body = co_await read_body(core_, connection_, exchange.parsed, limit);
  if (!body) {
    exchange.close = exchange.unread = true;
    exchange.gone = body.error().kind() == ErrorKind::cancelled;
  }
  co_return body;
}

Response Session::render(Exchange& exchange, const Error& error) {
  auto response = core_.hooks.render_error(error, exchange.context);
  if (!exchange.allowed.empty()) response.headers.set("Allow", exchange.allowed);
  return response;
}

Async<void> Session::deliver(Exchange& exchange, Response response) {
  const auto& head = exchange.parsed.head;
  if (!response.source) exchange.watch.reset();
  const auto& parsed = exchange.parsed;
  if (exchange.body_pending &&
      (parsed.chunked || parsed.expects_continue || parsed.content_length > kDrainLimit)) {
    exchange.close = exchange.unread = true;
  }
  if (core_.hooks.decorate) core_.hooks.decorate(head, exchange.context, response);
  WireOptions options;
  options.form = body_form(head, response);
  options.persistence = persistence(exchange, response, options.form);
  options.date = core_.date();
  options.request_id = exchange.context.request_id;
  exchange.close = options.persistence == Persistence::close;
  const auto delivered = co_await write(exchange, response, options);
  exchange.watch.reset();
  exchange.gone = delivered.delivery != Delivery::complete;
  if (!exchange.gone && response.written) response.written();
  if (delivered.delivery != Delivery::client_left) exchange.status = response.status;
  if (!delivered.why.empty()) exchange.context.note("cut", delivered.why);
}

Async<Delivered> Session::write(Exchange& exchange, Response& response,
                                const WireOptions& options) {
  const bool cutting = core_.phase == ServerCore::Phase::cutting;
  const auto stall =
      cutting ? std::min(kCutStall, core_.options.write_time) : core_.options.write_time;
  std::string why;
  try {
    co_return co_await write_response(connection_, exchange.parsed.head, response, options, stall);
  } catch (const boost::system::system_error& escaped) {
    if (escaped.code() == asio::error::operation_aborted)
      co_return Delivered{Delivery::client_left, {}};
    why = escaped.what();
  } catch (const std::exception& escaped) {
    why = escaped.what();
  }
  co_return Delivered{Delivery::cut, std::move(why)};
}

Persistence Session::persistence(const Exchange& exchange, const Response& response,
                                 BodyForm form) const {
  const bool close = exchange.close || !exchange.parsed.keep_alive || asks_to_close(response) ||
                     form == BodyForm::until_close || core_.phase != ServerCore::Phase::serving;
  return close ? Persistence::close : Persistence::keep_alive;
}

// After the answer: what is still coming of this request must not be read as the next one.
Async<void> Session::settle(Exchange& exchange) {
  if (exchange.unread) co_return co_await linger();
  if (!exchange.body_pending || exchange.close) co_return;
  const auto dropped = co_await read_body(core_, connection_, exchange.parsed, kDrainLimit);
  if (!dropped) exchange.close = true;
}

Async<void> Session::linger() {
  connection_.shutdown_send();
  connection_.expire_in(kLingerTime);
  auto status = IoStatus::ok;
  while (status == IoStatus::ok) {
    connection_.input().clear();
    status = co_await connection_.receive(core_.scratch);
  }
}

void Session::finish(const Exchange& exchange) {
  if (!core_.hooks.finished) return;
  core_.hooks.finished(exchange.parsed.head, exchange.context, exchange.status,
                       connection_.bytes_sent() - exchange.sent_before);
}

Async<void> Session::turn_away() {
  Exchange exchange;
  exchange.close = true;
  exchange.context.request_id = request_id(exchange.parsed.head, core_.random);
  const Error error(ErrorKind::queue_full, "The server has too many open connections.");
  co_await deliver(exchange, render(exchange, error));
  if (!exchange.gone) co_await linger();
}

// Counted and known to the server while it lives.
class Registration final {
 public:
  Registration(ServerCore& core, Connection& connection) : core_(core), connection_(connection) {
    ++core_.counters.connections;
    core_.connections.insert(&connection_);
  }
  ~Registration() {
    core_.connections.erase(&connection_);
    --core_.counters.connections;
    connection_.close();
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  ServerCore& core_;
  Connection& connection_;
};

}  // namespace

Async<void> serve(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection) {
  const Registration registration(*core, *connection);
  Session session(*core, *connection);
  auto next = Persistence::keep_alive;
  while (next == Persistence::keep_alive) next = co_await session.serve_one();
}

Async<void> turn_away(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection) {
  Session session(*core, *connection);
  co_await session.turn_away();
  connection->close();
}

}  // namespace gw::http
