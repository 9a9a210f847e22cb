#include "providers/dreamifly/authorization.hpp"

#include "providers/dreamifly/errors.hpp"
#include "providers/dreamifly/outgoing.hpp"

#include <utility>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;

constexpr auto kClockLife = 10min;  // then daylight saving or drift may have moved it
constexpr auto kClockTime = 10s;    // for one look at the server's clock

constexpr std::string_view kKeyHint =
    "refused with a fresh clock, too: DREAMIFLY_SITE_KEY is not the server's NEXT_PUBLIC_API_KEY, "
    "or the server wants the static scheme (DREAMIFLY_AUTH_TOKEN)";
constexpr std::string_view kTokenHint =
    "DREAMIFLY_AUTH_TOKEN is not the server's key, or the server wants the per-minute scheme "
    "(DREAMIFLY_SITE_KEY)";

UpstreamFailure no_clock_there() {
  UpstreamFailure failure;
  failure.scope = Scope::host;
  failure.error = Error(ErrorKind::upstream_error,
                        "the upstream does not know the gateway's way to sign requests")
                      .with_detail(
                          "GET /api/time is 404: this server wants the static scheme; set "
                          "DREAMIFLY_AUTH_TOKEN in place of DREAMIFLY_SITE_KEY")
                      .without_retry();
  return failure;
}

}  // namespace

Async<std::expected<std::string, UpstreamFailure>> Authorization::header(Freshness freshness) {
  if (!per_minute()) {
    const auto& token = options_.static_token.reveal();
    co_return token.empty() ? std::string() : "Bearer " + token;
  }
  const bool usable = server_clock_ && clock_.now() - server_clock_->read < kClockLife;
  if (!usable || freshness == Freshness::fetched) {
    auto fetched = co_await fetch_clock();
    ++(fetched ? refreshed_ : failed_);
    // A clock that is merely old is still better than none.
    const bool needed = !server_clock_ || freshness == Freshness::fetched;
    if (!fetched && needed) co_return std::unexpected(std::move(fetched).error());
    if (fetched) server_clock_ = *fetched;
  }
  const auto minute = minute_string(*server_clock_, clock_.now());
  co_return "Bearer " + minute_token(options_.site_key.reveal(), minute);
}

Async<std::expected<ServerClock, UpstreamFailure>> Authorization::fetch_clock() {
  auto request = request_to(options_, "/api/time");
  request.total_time = kClockTime;
  request.max_answer_bytes = 64u << 10;
  const auto reply = co_await client_.perform(std::move(request));
  if (!reply) co_return std::unexpected(judge_free_fault("GET /api/time", reply.error()));
  if (reply->status == 404) co_return std::unexpected(no_clock_there());
  if (reply->status != 200 || !is_json(*reply))
    co_return std::unexpected(judge_free_answer("GET /api/time", *reply));
  auto clock = read_server_clock(reply->body.joined(), clock_.now());
  if (clock) co_return *clock;
  UpstreamFailure failure;
  failure.error = std::move(clock).error();
  failure.scope = Scope::host;
  co_return std::unexpected(std::move(failure));
}

std::optional<ProviderTally::Tokens> Authorization::tally() const {
  if (!per_minute()) return std::nullopt;
  ProviderTally::Tokens tokens{.refreshed = refreshed_, .failed = failed_, .clock_offset = {}};
  if (!server_clock_) return tokens;
  const auto theirs = server_clock_->time + (clock_.now() - server_clock_->read);
  tokens.clock_offset =
      std::chrono::duration_cast<std::chrono::milliseconds>(theirs - clock_.wall());
  return tokens;
}

std::string_view Authorization::hint() const {
  return per_minute() ? kKeyHint : kTokenHint;
}

}  // namespace gw::dreamifly
