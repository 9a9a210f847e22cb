#include "providers/dreamifly/account_look.hpp"

#include "base/json.hpp"
#include "providers/common/failure.hpp"
#include "providers/dreamifly/errors.hpp"
#include "providers/dreamifly/outgoing.hpp"

#include <string>
#include <utility>

namespace gw::dreamifly {
namespace {

constexpr std::chrono::seconds kCallTime{20};
constexpr std::size_t kLargestBody = 256u << 10;

// GET /api/points/balance; nothing where the server does not tell.
std::optional<std::int64_t> balance_in(const IncomingAnswer& answer) {
  if (answer.status != 200 || !is_json(answer)) return std::nullopt;
  const auto object = parse_json_object(answer.body.joined());
  const auto* balance = object ? object->if_contains("balance") : nullptr;
  return balance && balance->is_int64() ? std::optional(balance->get_int64()) : std::nullopt;
}

AccountFinding finding_of(const std::optional<Quota>& quota, std::optional<std::int64_t> points,
                          WallTime now) {
  AccountFinding finding;
  if (quota || points) finding.allowance.emplace().read = now;
  if (points) finding.allowance->points = points;
  if (!quota) return finding;
  finding.allowance->drawn_today = quota->drawn;
  if (quota->limit) finding.allowance->daily_limit = free_pictures_of(*quota->limit);
  finding.rest = until_account_reset(now);
  if (!quota->used_up() || points.value_or(0) > 0) return finding;
  finding.state = AccountState::resting;
  finding.reason = "today's pictures are used up, and it has no points";
  return finding;
}

OutgoingRequest asking(const Options& options, std::string_view path, const std::string& cookie,
                       const AccountId& account) {
  auto request = request_to(options, path);
  request.partition = account.value;
  request.headers.emplace_back("Cookie", cookie);
  request.total_time = kCallTime;
  request.max_answer_bytes = kLargestBody;
  return request;
}

}  // namespace

Async<AccountLook> look_at_account(const Options& options, HttpClient& client, const Clock& clock,
                                   Authorization& authorization, Session& session) {
  AccountLook look;
  session.doubt();
  auto cookie = co_await session.cookie();
  if (!cookie) {
    look.finding = account_finding(std::move(cookie).error());
    co_return look;
  }
  auto header = co_await authorization.header(Authorization::Freshness::kept);
  if (!header) {
    look.finding = account_finding(std::move(header).error());
    co_return look;
  }
  auto quota_call = asking(options, "/api/user/quota", *cookie, session.account());
  if (!header->empty()) quota_call.headers.emplace_back("Authorization", *std::move(header));
  if (const auto reply = co_await client.perform(std::move(quota_call)))
    look.quota = read_quota(*reply).quota;
  auto balance_call = asking(options, "/api/points/balance", *cookie, session.account());
  std::optional<std::int64_t> points;
  if (const auto reply = co_await client.perform(std::move(balance_call)))
    points = balance_in(*reply);
  look.finding = finding_of(look.quota, points, clock.wall());
  co_return look;
}

}  // namespace gw::dreamifly
