#include "providers/common/picture_fetch.hpp"

#include "providers/common/failure.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

namespace gw {
namespace {

constexpr std::chrono::seconds kFetchTime{60};
constexpr int kFetchTries = 3;

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

bool may_pass(const Transfer& reply) {
  return reply ? reply->status >= 500 : !reply.error().edge;
}

Async<Transfer> fetch(HttpClient& client, OutgoingRequest request) {
  auto reply = co_await client.perform(request);
  for (int again = 1; again < kFetchTries && may_pass(reply); ++again) {
    reply = co_await client.perform(request);
  }
  co_return reply;
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
  const auto reply = co_await fetch(from.client, *std::move(request));
  if (!reply || reply->status != 200)
    co_return refuse(host_failure(not_fetched(reply, from.member)));
  auto fetched = picture_of(reply->body.joined());
  if (!fetched) co_return refuse(host_failure(std::move(fetched).error()));
  co_return *std::move(fetched);
}

}  // namespace gw
