#include "tests/support/fake_dreamifly_accounts.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "tests/support/fake_protocol.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <utility>

namespace gw::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::size_t kSignInsInWindow = 3;
constexpr auto kSignInWindow = 10s;

std::string text_field(const json::object& object, std::string_view name) {
  const auto* field = object.if_contains(name);
  return field && field->is_string() ? std::string(std::string_view(field->get_string()))
                                     : std::string();
}

FakeReply coded(int status, std::string_view code, std::string_view message) {
  return {status, json::serialize(json::object{{"code", code}, {"message", message}}),
          "application/json"};
}

// Without account the day ends at 04:00, with one at 00:00, both in +08:00.
std::chrono::sys_days day_of(const std::string& caller, WallTime now) {
  return std::chrono::floor<std::chrono::days>(now + (caller.empty() ? 4h : 8h));
}

FakeReply busy(std::string_view code, std::size_t running, std::size_t limit) {
  const bool host = code.starts_with("IP");
  const json::object body{
      {"error",
       fmt::format("当前有 {} 个生图任务正在执行，请等待其他任务执行完成后再试。", running)},
      {"code", code},
      {host ? "currentConcurrency" : "currentCount", running},
      {host ? "maxConcurrency" : "maxConcurrent", limit}};
  return {429, json::serialize(body), "application/json"};
}

FakeReply used_up(std::string_view code, std::size_t count, std::size_t limit) {
  const json::object body{{"error", "今日生图次数已达上限。"},
                          {"code", code},
                          {"dailyCount", count},
                          {"maxDailyRequests", limit}};
  return {429, json::serialize(body), "application/json"};
}

std::optional<std::string> cookie_of(const RawRequest& request, std::string_view wanted) {
  const auto line = request.header("cookie");
  std::string_view rest = line;
  while (!rest.empty()) {
    const auto part = trim(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
    const auto equals = part.find('=');
    if (equals != std::string_view::npos && part.substr(0, equals) == wanted)
      return percent_decode(part.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace

FakeAccounts::FakeAccounts(std::vector<FakeAccount> accounts, FakeLimits limits,
                           std::size_t concurrency, std::string cookie_name,
                           std::map<std::string, std::int64_t> prices)
    : limits_(limits),
      concurrency_(concurrency),
      cookie_name_(std::move(cookie_name)),
      prices_(std::move(prices)) {
  for (auto& account : accounts) set(std::move(account));
}

void FakeAccounts::set(FakeAccount account) {
  auto email = account.email;
  accounts_.insert_or_assign(std::move(email), std::move(account));
}

const FakeAccount* FakeAccounts::find(const std::string& email) const {
  const auto found = accounts_.find(email);
  return found == accounts_.end() ? nullptr : &found->second;
}

// Only where a cookie comes along: a foreign origin, and since 1.4 none at all.
std::optional<FakeReply> FakeAccounts::origin_fault(const RawRequest& request) const {
  if (request.header("cookie").empty()) return std::nullopt;
  const auto origin = request.header("origin");
  if (origin.empty()) return coded(403, "MISSING_OR_NULL_ORIGIN", "Missing or null Origin");
  const auto own = request.header("host");
  if (origin == "http://" + own || origin == "https://" + own) return std::nullopt;
  return coded(403, "INVALID_ORIGIN", "Invalid origin");
}

bool FakeAccounts::too_many_sign_ins(WallTime now) {
  while (!sign_ins_.empty() && sign_ins_.front() + kSignInWindow <= now) sign_ins_.pop_front();
  if (sign_ins_.size() >= kSignInsInWindow) return true;
  sign_ins_.push_back(now);
  return false;
}

FakeReply FakeAccounts::sign_in(const RawRequest& request, WallTime now) {
  if (too_many_sign_ins(now)) {
    return {429,
            R"({"message":"Too many requests. Please try again later."})",
            "text/plain",
            {{"X-Retry-After", "10"}}};
  }
  if (auto fault = origin_fault(request)) return *std::move(fault);
  boost::system::error_code error;
  const auto parsed = json::parse(request.body, error);
  if (error || !parsed.is_object()) return coded(400, "VALIDATION_ERROR", "Invalid body");
  const auto email = text_field(parsed.get_object(), "email");
  if (!email.contains('@')) return coded(400, "VALIDATION_ERROR", "Invalid email");
  const auto* account = find(email);
  if (!account || account->password != text_field(parsed.get_object(), "password"))
    return coded(401, "INVALID_EMAIL_OR_PASSWORD", "Invalid email or password");
  if (account->standing == FakeAccount::Standing::unverified)
    return coded(403, "EMAIL_NOT_VERIFIED", "Email not verified");
  const json::object body{
      {"redirect", false}, {"token", "half of it"}, {"user", {{"email", email}}}};
  return {
      200,
      json::serialize(body),
      "application/json",
      {{"Set-Cookie", "locale=en; Path=/"},
       {"Set-Cookie", open_session(email) + "; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"}}};
}

std::string FakeAccounts::open_session(const std::string& email) {
  const auto token = md5_hex(email + std::to_string(++opened_));
  const auto signature = sha256(token);
  const auto value =
      token + '.' +
      base64_encode({reinterpret_cast<const char*>(signature.data()), signature.size()});
  sessions_[value] = email;
  return cookie_name_ + '=' + percent_encode(value);
}

std::string FakeAccounts::caller(const RawRequest& request) const {
  const auto value = cookie_of(request, cookie_name_);
  if (!value) return {};
  const auto found = sessions_.find(*value);
  return found == sessions_.end() ? std::string() : found->second;
}

FakeReply FakeAccounts::session(const RawRequest& request) const {
  const auto email = caller(request);
  if (email.empty()) return {200, "null", "application/json"};
  const auto* account = find(email);
  const bool active = account && account->standing == FakeAccount::Standing::active;
  const json::object body{{"session", {{"expiresAt", "2030-01-01T00:00:00.000Z"}}},
                          {"user", {{"email", email}, {"isActive", active}}}};
  return {200, json::serialize(body), "application/json"};
}

FakeReply FakeAccounts::quota(const RawRequest& request) const {
  const auto email = caller(request);
  if (email.empty()) return error_reply(401, "Unauthorized");
  const auto* account = find(email);
  const auto counted = counts_.find(email);
  const json::object body{
      {"todayCount", counted == counts_.end() ? 0 : counted->second.requests},
      {"maxDailyRequests", limits_.account_daily == 0 ? json::value() : limits_.account_daily},
      {"isAdmin", limits_.account_daily == 0},
      {"isActive", account && account->standing == FakeAccount::Standing::active}};
  return {200, json::serialize(body), "application/json"};
}

std::size_t FakeAccounts::running() const {
  std::size_t all = 0;
  for (const auto& [caller, jobs] : running_) all += jobs;
  return all;
}

std::size_t FakeAccounts::count(const std::string& caller, WallTime now) {
  auto& count = counts_[caller];
  const auto day = day_of(caller, now);
  if (count.day != day) count = {day, 0};
  return ++count.requests;
}

std::optional<FakeReply> FakeAccounts::refusal(const std::string& caller, WallTime now) {
  const bool anonymous = caller.empty();
  const auto jobs = running();
  for (const auto limit : {concurrency_, anonymous ? limits_.anonymous_jobs : limits_.host_jobs}) {
    if (limit > 0 && jobs >= limit) return busy("IP_CONCURRENCY_LIMIT_EXCEEDED", jobs, limit);
  }
  if (anonymous) {
    const auto requests = count(caller, now);
    if (limits_.anonymous_daily == 0 || requests <= limits_.anonymous_daily) return std::nullopt;
    --counts_[caller].requests;  // the refused ones do not add up
    return used_up("IP_DAILY_LIMIT_EXCEEDED", requests - 1, limits_.anonymous_daily);
  }
  const auto* account = find(caller);
  if (account && account->standing == FakeAccount::Standing::banned) {
    const json::object body{{"error", "您的账号已被封禁，无法使用此服务"}, {"code", "USER_BANNED"}};
    return FakeReply{403, json::serialize(body), "application/json"};
  }
  const auto own = running_[caller];
  if (limits_.account_jobs > 0 && own >= limits_.account_jobs)
    return busy("CONCURRENCY_LIMIT_EXCEEDED", own, limits_.account_jobs);
  count(caller, now);
  return std::nullopt;
}

// It goes up before it is compared: the last one of the day is refused.
bool FakeAccounts::day_is_used_up(const std::string& caller) const {
  const auto found = counts_.find(caller);
  return limits_.account_daily > 0 && found != counts_.end() &&
         found->second.requests >= limits_.account_daily;
}

std::int64_t FakeAccounts::price_of(const json::object& wish, std::int64_t base,
                                    bool free_left) const {
  const auto model = text_field(wish, "model");
  const auto total = base * price_factor(wish);
  return free_left && model != "nano-banana-2" ? total - base : total;
}

std::optional<FakeReply> FakeAccounts::allowance_refusal(const std::string& caller,
                                                         const json::object& wish) {
  if (caller.empty()) return std::nullopt;
  const bool used = day_is_used_up(caller);
  const auto base = prices_.find(text_field(wish, "model"));
  if (base == prices_.end()) {
    if (!used) return std::nullopt;
    return used_up("DAILY_LIMIT_EXCEEDED", counts_.at(caller).requests, limits_.account_daily);
  }
  const auto price = price_of(wish, base->second, !used);
  auto& points = accounts_[caller].points;
  if (price > points) {
    const json::object body{
        {"error", "积分不足。"}, {"code", "INSUFFICIENT_POINTS"}, {"requiredPoints", price}};
    return FakeReply{402, json::serialize(body), "application/json"};
  }
  points -= price;
  return std::nullopt;
}

FakeReply FakeAccounts::balance(const RawRequest& request) const {
  const auto email = caller(request);
  if (email.empty()) return error_reply(401, "Unauthorized");
  const json::object body{{"balance", points(email)}, {"records", json::array()}};
  return {200, json::serialize(body), "application/json"};
}

FakeReply FakeAccounts::base_cost(std::string_view target) const {
  const auto equals = target.find('=');
  const auto model = percent_decode(target.substr(equals + 1)).value_or("");
  const auto found = prices_.find(model);
  const json::object body{
      {"baseCost", found == prices_.end() ? json::value() : json::value(found->second)}};
  return {200, json::serialize(body), "application/json"};
}

std::int64_t FakeAccounts::points(const std::string& email) const {
  const auto* account = find(email);
  return account ? account->points : 0;
}

}  // namespace gw::test
