#include "http/body_stream.hpp"

#include <algorithm>
#include <utility>

namespace gw::http {
namespace {

constexpr std::uint64_t kLeastRate = 10;  // bytes a millisecond, after body_time

}  // namespace

ConnectionBodyStream::ConnectionBodyStream(ServerCore& core, Connection& connection,
                                           const ParsedHead& parsed, std::size_t limit,
                                           BodyReport& report)
    : core_(core), connection_(connection), parsed_(parsed), limit_(limit), report_(report) {}

Task<std::string> ConnectionBodyStream::next() {
  if (report_.failure) co_return fail(*report_.failure);
  auto piece = co_await next_piece();
  connection_.never_expire();
  if (!piece) report_.failure = piece.error();
  if (piece && ended_ && report_.ended) std::exchange(report_.ended, {})();
  co_return piece;
}

Task<std::string> ConnectionBodyStream::whole(std::size_t limit, BodyMemory::Share& share) {
  share = BodyMemory::Share(core_.bodies);
  std::string body;
  for (;;) {
    GW_CO_TRY(const auto piece, co_await next());
    if (piece.empty()) co_return body;
    body += piece;
    if (body.size() > limit) co_return fail(body_too_large(limit));
    if (!share.grow_to(body.size())) co_return fail(no_room_for_body());
  }
}

Task<std::string> ConnectionBodyStream::next_piece() {
  if (ended_) co_return std::string();
  if (!std::exchange(report_.begun, true)) GW_CO_CHECK(co_await begin());
  for (;;) {
    GW_CO_TRY(auto piece, take());
    received_ += piece.size();
    if (!piece.empty() || ended_) co_return piece;
    allow_time();
    GW_CO_CHECK(body_status(co_await connection_.receive(core_.scratch)));
  }
}

Task<void> ConnectionBodyStream::begin() {
  started_ = core_.clock.now();
  GW_CO_CHECK(check_body(parsed_, limit_));
  if (parsed_.chunked) chunks_.emplace(limit_, core_.options.max_header_bytes);
  missing_ = parsed_.content_length;
  ended_ = !parsed_.has_body();
  if (ended_) co_return Done();
  co_return co_await invite_body(core_, connection_, parsed_);
}

// What has come already; empty when more must come first.
Result<std::string> ConnectionBodyStream::take() {
  auto& input = connection_.input();
  if (ended_) return std::string();
  if (chunks_) {
    GW_TRY(const auto state, chunks_->feed(input));
    ended_ = state == ChunkedBody::State::finished;
    return chunks_->take();
  }
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(missing_, input.size()));
  std::string piece = input.substr(0, count);
  input.erase(0, count);
  missing_ -= count;
  ended_ = missing_ == 0;
  return piece;
}

void ConnectionBodyStream::allow_time() {
  using std::chrono::milliseconds;
  const auto allowed =
      core_.options.body_time + milliseconds(static_cast<std::int64_t>(received_ / kLeastRate));
  const auto left = started_ + allowed - core_.clock.now();
  connection_.expire_in(std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(left)));
}

}  // namespace gw::http
