#include "http/session.hpp"

#include "base/text.hpp"
#include "http/exchange.hpp"
#include "http/request_reader.hpp"
#include "http/response_writer.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw::http {
namespace {

using std::chrono::milliseconds;

// An unread body up to this size is read and dropped to keep the connection.
constexpr std::uint64_t kDrainLimit = 64 * 1024;
// Closing over unread bytes resets the connection, and the client may never see our answer: so we
// wait for it to close, but not for long.
constexpr milliseconds kLingerTime{2'000};
Error shutting_down() {
  return Error(ErrorKind::shutting_down, "The server is shutting down.").without_retry();
}

bool asks_to_close(const Response& response) {
  return equals_ignoring_case(response.headers.find("Connection").value_or(""), "close");
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

// The steps of an exchange, in order. What cannot wait is a plain function: each coroutine on the
// way to the handler costs a frame for as long as the request waits. Those with large locals are
// not inlined: the locals of what is inlined into a coroutine lie in its frame.
class Session final {
 public:
  Session(ServerCore& core, Connection& connection) : core_(core), connection_(connection) {}

  Async<Persistence> serve_one();
  Async<void> turn_away();

 private:
  enum class Arrival : std::uint8_t { none, good, bad };
  Async<Arrival> arrive(Exchange& exchange);
  Arrival take_head(Exchange& exchange, std::size_t length);
  void begin(Exchange& exchange);
  void refuse(Exchange& exchange, const Error& error);

  // Null when the response is decided without a handler.
  const Route* admit(Exchange& exchange);
  Result<const Route*> find_route(Exchange& exchange);
  Error unrouted(const Exchange& exchange) const;

  Async<void> serve_route(Exchange& exchange, const Route& route);
  Async<std::optional<Body>> take_body(Exchange& exchange, const Route& route);
  [[gnu::noinline]] Task<Response> start_handler(Exchange& exchange, const Route& route, Body body);
  void watch(Exchange& exchange);
  std::unique_ptr<BodyStream> stream_body(Exchange& exchange, const Route& route);
  bool take_stream_report(Exchange& exchange);
  [[gnu::noinline]] void take_outcome(Exchange& exchange, Result<Response> outcome);
  [[gnu::noinline]] void take_exception(Exchange& exchange,
                                        const boost::system::system_error& escaped);
  [[gnu::noinline]] void take_exception(Exchange& exchange, const std::exception& escaped);

  Response render(Exchange& exchange, const Error& error);
  Async<void> deliver(Exchange& exchange);
  Async<Delivered> write(Exchange& exchange, const WireOptions& options);
  Async<Delivered> guard(Async<Delivered> writing);
  bool concludes(const Exchange& exchange) const;
  Persistence persistence(const Exchange& exchange, BodyForm form) const;
  Async<void> settle(Exchange& exchange);
  Async<void> linger();
  void finish(const Exchange& exchange);

  ServerCore& core_;
  Connection& connection_;
};

Async<Persistence> Session::serve_one() {
  Exchange exchange;
  const auto arrival = co_await arrive(exchange);
  if (arrival == Arrival::none) co_return Persistence::close;
  std::exception_ptr escaped;
  try {
    const auto* route = arrival == Arrival::good ? admit(exchange) : nullptr;
    if (route) co_await serve_route(exchange, *route);
    if (!exchange.gone) co_await deliver(exchange);
  } catch (...) {
    escaped =
        std::current_exception();  // told to the owner below, after the request's one log line
  }
  finish(exchange);
  if (escaped) std::rethrow_exception(escaped);
  if (exchange.gone) co_return Persistence::close;
  if (exchange.unread || exchange.body_pending) co_await settle(exchange);
  co_return exchange.close ? Persistence::close : Persistence::keep_alive;
}

Async<Session::Arrival> Session::arrive(Exchange& exchange) {
  const auto length = co_await await_head(core_, connection_);
  if (length && *length == 0) co_return Arrival::none;
  if (length) co_return take_head(exchange, *length);
  begin(exchange);
  refuse(exchange, length.error());
  co_return Arrival::bad;
}

Session::Arrival Session::take_head(Exchange& exchange, std::size_t length) {
  auto& input = connection_.input();
  auto parsed = parse_head(std::string_view(input).substr(0, length));
  input.erase(0, length);
  if (parsed) exchange.parsed = std::move(*parsed);
  begin(exchange);
  if (!parsed) {
    ++core_.counters.malformed;
    refuse(exchange, parsed.error());
    return Arrival::bad;
  }
  if (core_.hooks.identify) core_.hooks.identify(exchange.parsed.head, exchange.context);
  return Arrival::good;
}

void Session::begin(Exchange& exchange) {
  auto& head = exchange.parsed.head;
  head.remote_address = connection_.remote_address();
  exchange.sent_before = connection_.bytes_sent();
  exchange.body_pending = exchange.parsed.has_body();
  exchange.context.request_id = request_id(head, core_.random);
  exchange.context.received = core_.clock.now();
  exchange.context.client = head.remote_address;
}

// Whatever follows on this connection cannot be understood.
void Session::refuse(Exchange& exchange, const Error& error) {
  exchange.close = exchange.unread = true;
  exchange.body_pending = false;
  exchange.response = render(exchange, error);
}

const Route* Session::admit(Exchange& exchange) {
  try {
    const auto& head = exchange.parsed.head;
    if (head.method == "OPTIONS" && core_.hooks.preflight) {
      auto response = core_.hooks.preflight(head);
      if (response) exchange.response = std::move(*response);
      if (response) return nullptr;
    }
    const auto route = find_route(exchange);
    if (route) return *route;
    exchange.response = render(exchange, route.error());
  } catch (const std::exception& escaped) {
    exchange.response = render(exchange, Error::internal(escaped.what()));
  }
  return nullptr;
}

Result<const Route*> Session::find_route(Exchange& exchange) {
  const auto& head = exchange.parsed.head;
  GW_TRY(auto match, core_.router.find(head.method, head.path()));
  if (!match.route) {
    exchange.allowed = std::move(match.allowed);
    return fail(unrouted(exchange));
  }
  if (match.route->guard) {
    GW_TRY(exchange.context.caller, match.route->guard(head));
  }
  exchange.params = std::move(match.params);
  return match.route;
}

Error Session::unrouted(const Exchange& exchange) const {
  if (core_.hooks.unrouted) return core_.hooks.unrouted(exchange.parsed.head, exchange.allowed);
  if (exchange.allowed.empty()) return Error::not_found("There is nothing at this path.");
  return {ErrorKind::method_not_allowed,
          "This path takes only these methods: " + exchange.allowed + "."};
}

Async<void> Session::serve_route(Exchange& exchange, const Route& route) {
  auto body = co_await take_body(exchange, route);
  if (!body) co_return;
  const CountedWait counted(core_.counters.requests_waiting);
  try {
    auto work = start_handler(exchange, route, *std::move(body));
    take_outcome(exchange, co_await std::move(work));
  } catch (const boost::system::system_error& escaped) {
    take_exception(exchange, escaped);
  } catch (const std::exception& escaped) {
    take_exception(exchange, escaped);
  }
  if (exchange.gone) co_return;
  // The cut-off at the end of a drain has been used up; the client still gets an answer.
  if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) {
    co_await asio::this_coro::reset_cancellation_state();
  }
}

void Session::take_outcome(Exchange& exchange, Result<Response> outcome) {
  if (!take_stream_report(exchange)) return;
  exchange.gone = exchange.watch && exchange.watch->gone();
  if (exchange.gone) return;
  // A stream that has not begun can still be answered with a status.
  const bool cutting = core_.phase == ServerCore::Phase::cutting;
  if (cutting && outcome && outcome->source) outcome = fail(shutting_down());
  exchange.response = outcome ? *std::move(outcome) : render(exchange, outcome.error());
}

void Session::take_exception(Exchange& exchange, const boost::system::system_error& escaped) {
  const bool cut =
      core_.phase == ServerCore::Phase::cutting && escaped.code() == asio::error::operation_aborted;
  if (!cut) return take_exception(exchange, static_cast<const std::exception&>(escaped));
  take_outcome(exchange, fail(shutting_down()));
}

void Session::take_exception(Exchange& exchange, const std::exception& escaped) {
  take_outcome(exchange, fail(Error::internal(escaped.what())));
}

// Nothing: the body did not come, and the response says why. Where no body is expected it means
// nothing (RFC 9110 §9.3.1), so it is dropped behind the answer.
Async<std::optional<Body>> Session::take_body(Exchange& exchange, const Route& route) {
  if (!exchange.body_pending || route.body_limit == 0) co_return Body{};
  if (route.intake == BodyIntake::streamed) co_return Body{};
  auto body = co_await read_body(core_, connection_, exchange.parsed, route.body_limit);
  exchange.body_pending = false;
  if (body) co_return *std::move(body);
  exchange.gone = body.error().kind() == ErrorKind::cancelled;
  if (!exchange.gone) refuse(exchange, body.error());
  co_return std::nullopt;
}

// Not a coroutine: the request moves into the handler's frame and stays nowhere else.
Task<Response> Session::start_handler(Exchange& exchange, const Route& route, Body body) {
  Request request;
  static_cast<RequestHead&>(request) = exchange.parsed.head;
  request.params = std::move(exchange.params);
  request.body = std::move(body.bytes);
  request.body_share = std::move(body.share);
  if (route.intake == BodyIntake::streamed) {
    request.stream = stream_body(exchange, route);
  } else {
    watch(exchange);
  }
  return route.handler(std::move(request), exchange.context);
}

// From now on nothing is expected of the client but that it waits.
void Session::watch(Exchange& exchange) {
  connection_.release_input();
  exchange.watch.emplace(connection_.shared_from_this());
}

std::unique_ptr<BodyStream> Session::stream_body(Exchange& exchange, const Route& route) {
  exchange.streamed = std::make_unique<BodyReport>();
  exchange.streamed->ended = [this, &exchange] {
    exchange.body_pending = false;
    watch(exchange);
  };
  return std::make_unique<ConnectionBodyStream>(core_, connection_, exchange.parsed,
                                                route.body_limit, *exchange.streamed);
}

// What the reading of a streamed body has left behind. False when the response is decided by it.
bool Session::take_stream_report(Exchange& exchange) {
  if (!exchange.streamed) return true;
  const auto report = std::exchange(exchange.streamed, nullptr);
  if (report->failure) {
    exchange.gone = report->failure->kind() == ErrorKind::cancelled;
    if (!exchange.gone) refuse(exchange, *report->failure);
    return false;
  }
  // Half a body has been read; what follows is no request.
  if (exchange.body_pending && report->begun) exchange.close = exchange.unread = true;
  return true;
}

Response Session::render(Exchange& exchange, const Error& error) {
  exchange.context.note("error", std::string(to_string(error.kind())));
  if (!error.detail().empty()) exchange.context.note("detail", error.detail());
  auto response = core_.hooks.render_error(error, exchange.context);
  if (!exchange.allowed.empty()) response.headers.set("Allow", exchange.allowed);
  return response;
}

Async<void> Session::deliver(Exchange& exchange) {
  const auto& parsed = exchange.parsed;
  auto& response = exchange.response;
  if (!response.source) exchange.watch.reset();
  if (exchange.body_pending &&
      (parsed.chunked || parsed.expects_continue || parsed.content_length > kDrainLimit)) {
    exchange.close = exchange.unread = true;
  }
  if (core_.hooks.decorate) core_.hooks.decorate(parsed.head, exchange.context, response);
  WireOptions options;
  options.form = body_form(parsed.head, response);
  options.persistence = persistence(exchange, options.form);
  options.date = core_.date();
  options.request_id = exchange.context.request_id;
  exchange.close = options.persistence == Persistence::close;
  const auto delivered = co_await write(exchange, options);
  exchange.watch.reset();
  exchange.gone = delivered.delivery != Delivery::complete;
  if (!exchange.gone && response.written) response.written();
  const bool left =
      delivered.delivery == Delivery::client_left || delivered.delivery == Delivery::interrupted;
  if (!left) exchange.status = response.status;
  if (!delivered.why.empty()) exchange.context.note("cut", delivered.why);
}

Async<Delivered> Session::write(Exchange& exchange, const WireOptions& options) {
  auto& response = exchange.response;
  auto writing =
      write_response(connection_, exchange.parsed.head, response, options, core_.patience());
  auto delivered = co_await guard(std::move(writing));
  if (delivered.delivery != Delivery::interrupted || !concludes(exchange)) co_return delivered;
  co_await asio::this_coro::reset_cancellation_state();
  auto rest = write_rest(connection_, *response.source, options.form, core_.patience());
  co_return co_await guard(std::move(rest));
}

// Whether a stream that was interrupted has something to say yet, and somebody to say it to.
bool Session::concludes(const Exchange& exchange) const {
  if (core_.phase != ServerCore::Phase::cutting || !exchange.response.source) return false;
  if (exchange.watch && exchange.watch->gone()) return false;
  return exchange.response.source->conclude(shutting_down());
}

Async<Delivered> Session::guard(Async<Delivered> writing) {
  std::string why;
  try {
    co_return co_await std::move(writing);
  } catch (const boost::system::system_error& escaped) {
    if (escaped.code() == asio::error::operation_aborted)
      co_return Delivered{Delivery::interrupted, {}};
    why = escaped.what();
  } catch (const std::exception& escaped) {
    why = escaped.what();
  }
  co_return Delivered{Delivery::cut, std::move(why)};
}

Persistence Session::persistence(const Exchange& exchange, BodyForm form) const {
  const bool close = exchange.close || !exchange.parsed.keep_alive ||
                     asks_to_close(exchange.response) || form == BodyForm::until_close ||
                     core_.phase != ServerCore::Phase::serving;
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
  exchange.response = render(exchange, error);
  co_await deliver(exchange);
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
