#include "providers/dreamifly/quota.hpp"

#include "base/json.hpp"
#include "providers/dreamifly/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace gw::dreamifly {
namespace {

QuotaAnswer verdict(TokenVerdict token, std::string detail = {}) {
  QuotaAnswer answer;
  answer.token = token;
  answer.detail = std::move(detail);
  return answer;
}

std::optional<std::int64_t> integer(const boost::json::object& object, std::string_view name) {
  const auto* field = object.if_contains(name);
  return field && field->is_int64() ? std::optional(field->get_int64()) : std::nullopt;
}

// The three refusals have one status and no code; the first two come before the session is looked
// at.
QuotaAnswer judge_refusal(const boost::json::object& object) {
  const auto* field = object.if_contains("error");
  const auto text =
      field && field->is_string() ? std::string_view(field->get_string()) : std::string_view();
  if (text.contains("Invalid API key")) return verdict(TokenVerdict::refused);
  if (text.contains("Missing")) return verdict(TokenVerdict::missing);
  if (text.contains("Unauthorized")) return verdict(TokenVerdict::accepted);
  return verdict(TokenVerdict::unknown, "it refuses GET /api/user/quota for a reason of its own");
}

QuotaAnswer judge_figures(const boost::json::object& object) {
  auto answer = verdict(TokenVerdict::accepted);
  if (const auto drawn = integer(object, "todayCount"))
    answer.quota = Quota{*drawn, integer(object, "maxDailyRequests")};
  return answer;
}

}  // namespace

std::int64_t free_pictures_of(std::int64_t limit) {
  return std::max<std::int64_t>(limit - 1, 0);
}

QuotaAnswer read_quota(const IncomingAnswer& answer) {
  if (answer.status == 404 && !is_json(answer)) {
    return verdict(TokenVerdict::unknown,
                   "the server is older than its free call for that (GET /api/user/quota, November "
                   "2025)");
  }
  const auto object = parse_json_object(answer.body.joined());
  if (is_json(answer) && object && answer.status == 401) return judge_refusal(*object);
  if (is_json(answer) && object && answer.status == 200) return judge_figures(*object);
  return verdict(TokenVerdict::unknown,
                 fmt::format("GET /api/user/quota is answered with status {} and {} bytes",
                             answer.status, answer.body.size()));
}

}  // namespace gw::dreamifly
