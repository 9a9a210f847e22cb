#include "providers/common/picture_fetch.hpp"

#include "base/event.hpp"
#include "providers/common/failure.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

namespace gw {
namespace {

constexpr std::chrono::seconds kFetchTime{60};
constexpr int kFetchTries = 3;
constexpr int kMostChallenges = 2;                    // it is not sent a third time
constexpr std::chrono::milliseconds kLookAgain{200};  // costs nothing: it is our own zone

std::optional<OutgoingRequest> request_for(const PictureSource& from, std::string url) {
  const auto& server = from.server;
  if (url.starts_with('/') && !url.starts_with("//"))
    url.insert(0, server.scheme + "://" + server.host);
  auto address = address_of(url);
  if (!address || address->host != server.host) return std::nullopt;
  if (server.scheme == "https" && address->scheme == "http") {  // it does not know its front
    url.insert(4, "s");
    address->scheme = "https";
  }
  OutgoingRequest request;
  request.url = std::move(url);
  request.proxy = from.proxy;
  request.partition = from.partition;
  request.total_time = kFetchTime;
  if (*address == server) add_extra_headers(request, from.extra_headers);
  return request;
}

// Also where the edge says that it had no answer of the server's.
bool may_pass(const Transfer& reply) {
  if (reply) return reply->status >= 500;
  return !reply.error().edge || reply.error().stage == TransferFault::Stage::unsure;
}

bool may_open(const Transfer& reply) {
  if (reply || !reply.error().edge) return false;
  return reply.error().edge->shut || reply.error().edge->advice != EdgeTrouble::Advice::fail;
}

// Until something may be sent again; false: that takes longer than `left`.
Async<bool> opens(HttpClient& client, TransferFault fault, std::chrono::milliseconds& left) {
  Event::Timer timer(co_await asio::this_coro::executor);
  for (std::optional closed(std::move(fault)); closed; closed = client.refusal()) {
    const auto wait = closed->edge ? closed->edge->shut_for : std::nullopt;
    if (wait.value_or(kLookAgain) > left) co_return false;
    timer.expires_after(kLookAgain);
    co_await timer.async_wait(use_awaitable);
    left -= kLookAgain;
  }
  co_return true;
}

Async<Transfer> fetch(const PictureSource& from, OutgoingRequest request) {
  auto left = from.patience;
  int failures = 0;
  int challenges = 0;
  for (;;) {
    auto reply = co_await from.client.perform(request);
    if (may_open(reply)) {
      if (reply.error().edge->challenged) ++challenges;
      if (challenges >= kMostChallenges) co_return reply;
      if (!co_await opens(from.client, reply.error(), left)) co_return reply;
    } else if (!may_pass(reply) || ++failures >= kFetchTries) {
      co_return reply;
    }
  }
}

// It is drawn and paid for: asking once more, as an edge's own failure would, would pay twice.
Error not_fetched(const Transfer& reply, std::string_view member) {
  if (!reply && reply.error().edge) return reply.error().error;
  const auto why = reply ? fmt::format("status {}", reply->status) : reply.error().error.detail();
  return Error(ErrorKind::upstream_error, "the upstream's picture cannot be fetched")
      .with_detail(fmt::format("{}: {}", member, why));
}

}  // namespace

Async<Answer> fetch_picture(PictureSource from, PictureUrl picture) {
  auto request = request_for(from, std::move(picture.url));
  if (!request) {
    co_return refuse(host_failure(
        no_picture(fmt::format("{} leads to another host than {}", from.member, from.setting))));
  }
  const auto reply = co_await fetch(from, *std::move(request));
  if (!reply || reply->status != 200)
    co_return refuse(host_failure(not_fetched(reply, from.member)));
  auto fetched = picture_of(reply->body.joined());
  if (!fetched) co_return refuse(host_failure(std::move(fetched).error()));
  co_return *std::move(fetched);
}

}  // namespace gw
