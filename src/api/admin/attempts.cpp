#include "api/admin/attempts.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <optional>

namespace gw::api {
namespace {

namespace ip = boost::asio::ip;
using std::chrono::milliseconds;

// How long until one more may be tried; nothing: now. `spent_until` grows by `pause` with each
// failure.
std::optional<milliseconds> wait_for(const AttemptLimit& limit, SteadyTime spent_until,
                                     SteadyTime now) {
  const auto over = spent_until - now - limit.pause * (limit.burst - 1);
  if (over <= SteadyTime::duration::zero()) return std::nullopt;
  return std::chrono::ceil<milliseconds>(over);
}

Error too_often(milliseconds wait) {
  return Error(ErrorKind::rate_limited, "too many wrong keys were tried; wait before the next one")
      .with_retry_after(wait);
}

}  // namespace

Result<void> Attempts::may_try(std::string_view client) const {
  const auto now = clock_.now();
  const auto block = address_block(client);
  const auto spent = spent_until_.find(block);
  if (spent != spent_until_.end()) {
    if (const auto wait = wait_for(kByClient, spent->second, now)) return fail(too_often(*wait));
  }
  if (is_friend(block)) return {};
  if (const auto wait = wait_for(kInAll, all_spent_until_, now)) return fail(too_often(*wait));
  return {};
}

void Attempts::failed(std::string_view client) {
  const auto now = clock_.now();
  all_spent_until_ = std::max(all_spent_until_, now) + kInAll.pause;
  if (spent_until_.size() >= kClients)
    std::erase_if(spent_until_, [now](const auto& entry) { return entry.second <= now; });
  const auto block = address_block(client);
  // Of more clients than that only the limit of all together is left.
  if (spent_until_.size() >= kClients && !spent_until_.contains(block)) return;
  auto& spent = spent_until_[block];
  spent = std::max(spent, now) + kByClient.pause;
}

void Attempts::succeeded(std::string_view client) {
  auto block = address_block(client);
  spent_until_.erase(block);
  if (is_friend(block)) return;
  friends_.push_back(std::move(block));
  if (friends_.size() > kFriends) friends_.pop_front();
}

bool Attempts::is_friend(const std::string& block) const {
  return std::ranges::find(friends_, block) != friends_.end();
}

std::string address_block(std::string_view address) {
  boost::system::error_code bad;
  const auto parsed = ip::make_address(std::string(address), bad);
  if (bad || parsed.is_v4() || parsed.to_v6().is_v4_mapped()) return std::string(address);
  auto bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace gw::api
