#include "transport/public_web.hpp"

#include "base/event.hpp"
#include "transport/public_address.hpp"
#include "transport/public_url.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <netdb.h>
#include <ranges>
#include <utility>

namespace gw {
namespace {

namespace ip = asio::ip;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Lookup = PublicWebOptions::Lookup;
using Fault = std::unexpected<WebFault>;

constexpr std::size_t kMostTries = 3;  // addresses of one name

struct InfoCleanup {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

PublicEndpoint endpoint_of(const addrinfo& entry) {
  ip::tcp::endpoint endpoint;
  endpoint.resize(entry.ai_addrlen);
  std::copy_n(reinterpret_cast<const char*>(entry.ai_addr), entry.ai_addrlen,
              reinterpret_cast<char*>(endpoint.data()));
  return {endpoint.address(), endpoint.port()};
}

// Numbers in any form ("0x7f.1") are addresses here as they are for connect().
Lookup ask_the_system(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const auto code = getaddrinfo(host.c_str(), fmt::to_string(port).c_str(), &hints, &list);
  const std::unique_ptr<addrinfo, InfoCleanup> owner(list);
  if (code != 0) return Fault(gai_strerror(code));
  std::vector<PublicEndpoint> found;
  for (const auto* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family == AF_INET || entry->ai_family == AF_INET6)
      found.push_back(endpoint_of(*entry));
  }
  return found;
}

std::string to_string(const PublicEndpoint& endpoint) {
  const auto address = endpoint.address.to_string();
  return endpoint.address.is_v6() ? fmt::format("[{}]:{}", address, endpoint.port)
                                  : fmt::format("{}:{}", address, endpoint.port);
}

milliseconds left_until(steady_clock::time_point deadline) {
  return std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
}

WebAnswer with_status_good(std::unique_ptr<IncomingStream> answer) {
  constexpr int kGood = 200;
  const auto status = answer->head().status;
  if (status != kGood) return Fault(fmt::format("it answered with status {}", status));
  return answer;
}

// Also when it is cancelled: two that fail at the same time would fail with an exception that
// nobody knows.
Async<void> sleep_until(steady_clock::time_point time) {
  Event::Timer timer(co_await asio::this_coro::executor, time);
  boost::system::error_code cancelled;
  co_await timer.async_wait(asio::redirect_error(use_awaitable, cancelled));
}

// A cancelled wait for the first of two ends as if the other had come first.
Async<void> end_if_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace

PublicWebOptions::PublicWebOptions() : look_up(&ask_the_system), allows(&is_public) {}

PublicWeb::PublicWeb(asio::io_context& io, WorkerPool& lookups, PublicWebOptions options)
    : lookups_(lookups), options_(std::move(options)), client_(make_curl_client(io)) {}

Async<WebAnswer> PublicWeb::open(std::string url, SteadyTime until) {
  const auto deadline = std::min(until, steady_clock::now() + options_.total_time);
  const auto parsed = parse_public_url(url);
  if (!parsed) co_return Fault(parsed.error());
  const auto found = co_await find(parsed->host, parsed->port, deadline);
  if (!found) co_return Fault(fmt::format("{}: {}", parsed->host, found.error()));

  WebFault fault = "no address";
  for (const auto& endpoint : *found | std::views::take(kMostTries)) {
    auto answer = co_await ask(parsed->text, endpoint, deadline);
    if (answer) co_return with_status_good(*std::move(answer));
    fault = fmt::format("{} at {}: {}", parsed->host, to_string(endpoint),
                        answer.error().error.detail());
    if (answer.error().stage != TransferFault::Stage::before_send) break;
  }
  co_return Fault(std::move(fault));
}

// One address inside is enough to refuse the name: which of them a later look-up would give is not
// in our hands.
Async<Lookup> PublicWeb::find(std::string host, std::uint16_t port, SteadyTime deadline) {
  using namespace asio::experimental::awaitable_operators;
  // Whoever asked may have given up while this waited for a thread.
  auto job = [look_up = options_.look_up, host = std::move(host), port, deadline]() -> Lookup {
    if (steady_clock::now() >= deadline) return Fault("given up");
    return look_up(host, port);
  };
  auto first = co_await (lookups_.run(std::move(job)) || sleep_until(deadline));
  co_await end_if_cancelled();
  if (first.index() == 1) co_return Fault("the name was not looked up in time");
  auto found = std::get<0>(std::move(first));
  if (!found) co_return found;
  for (const auto& endpoint : *found) {
    if (!options_.allows(endpoint.address))
      co_return Fault(endpoint.address.to_string() + " is no public address");
  }
  co_return found;
}

Async<Opening> PublicWeb::ask(std::string url, const PublicEndpoint& endpoint,
                              SteadyTime deadline) {
  OutgoingRequest request;
  request.url = std::move(url);
  request.headers = {{"Accept", "image/png, image/jpeg, image/webp, image/gif"}};
  request.connects_to = to_string(endpoint);
  request.connect_time = options_.connect_time;
  // libcurl takes 0 for "no bound".
  request.total_time = std::max(left_until(deadline), milliseconds(1));
  request.max_answer_bytes = options_.max_answer_bytes;
  co_return co_await client_->open(std::move(request));
}

}  // namespace gw
