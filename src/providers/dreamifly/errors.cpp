#include "providers/dreamifly/errors.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "providers/common/edge_failure.hpp"
#include "providers/dreamifly/error_table.hpp"
#include "providers/dreamifly/quota.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace gw::dreamifly {
namespace {

constexpr std::size_t kLargestErrorBody = 64u << 10;
constexpr std::size_t kLongestDetail = 300;
constexpr std::chrono::seconds kLongestRetryAfter{60};  // one SDK sleeps for whatever it is told
constexpr std::chrono::seconds kFreePause{2};           // before a repeat that costs nothing

struct Complaint {
  std::string code;
  std::string text;
  std::optional<std::int64_t> required_points;
  std::optional<std::int64_t> balance;
  std::optional<std::int64_t> daily_count;
  std::optional<std::int64_t> daily_limit;
};

std::string string_field(const boost::json::object& object, std::string_view name) {
  const auto* field = object.if_contains(name);
  return field && field->is_string() ? std::string(std::string_view(field->get_string()))
                                     : std::string();
}

std::optional<std::int64_t> integer_field(const boost::json::object& object,
                                          std::string_view name) {
  const auto* field = object.if_contains(name);
  return field && field->is_int64() ? std::optional(field->get_int64()) : std::nullopt;
}

Complaint complaint_of(const IncomingBody& body) {
  if (body.size() > kLargestErrorBody) return {};
  const auto object = parse_json_object(body.joined());
  if (!object) return {};
  Complaint complaint;
  complaint.code = string_field(*object, "code");
  complaint.text = string_field(*object, "error");
  complaint.required_points = integer_field(*object, "requiredPoints");
  complaint.balance = integer_field(*object, "currentBalance");
  complaint.daily_count = integer_field(*object, "dailyCount");
  complaint.daily_limit = integer_field(*object, "maxDailyRequests");
  return complaint;
}

bool fits(const ErrorRow& row, int status, const Complaint& complaint) {
  return row.status == status && (row.code.empty() || row.code == complaint.code) &&
         (row.text.empty() || complaint.text.contains(row.text));
}

ErrorRow row_of(int status, const Complaint& complaint) {
  const auto rows = error_rows();
  const auto found =
      std::ranges::find_if(rows, [&](const ErrorRow& row) { return fits(row, status, complaint); });
  if (found != rows.end()) return *found;
  return {.status = status, .scope = Scope::host, .message = kFailed};
}

std::string detail_of(int status, const Complaint& complaint) {
  return fmt::format("upstream {} {}: {}", status, complaint.code,
                     complaint.text.substr(0, kLongestDetail));
}

std::chrono::seconds until_reset(Reset reset, WallTime now) {
  const auto midnight = std::chrono::floor<std::chrono::days>(now);
  auto at = midnight + std::chrono::hours(static_cast<int>(reset));
  if (at <= now) at += std::chrono::days(1);
  return std::chrono::ceil<std::chrono::seconds>(at - now);
}

std::string message_of(const ErrorRow& row, const Complaint& complaint, WallTime now) {
  std::string message(row.message);
  if (row.reset != Reset::none) {
    const auto at = std::chrono::floor<std::chrono::seconds>(now + until_reset(row.reset, now));
    message += fmt::format(" until {:%Y-%m-%dT%H:%M}Z",
                           fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
  }
  if (row.kind == ErrorKind::quota_exhausted && complaint.required_points) {
    message += fmt::format(" ({} needed)", *complaint.required_points);
  }
  return message;
}

// What a client may do with it: come back soon, or not at all by itself.
Error with_retry_advice(Error error, const ErrorRow& row, WallTime now) {
  if (row.reset != Reset::none && until_reset(row.reset, now) <= kLongestRetryAfter) {
    return std::move(error).with_retry_after(until_reset(row.reset, now));
  }
  if (row.slot == Slot::all_taken || row.act == Act::once) {
    return std::move(error).with_retry_after(std::max<std::chrono::seconds>(row.pause, kPause));
  }
  const bool hopeless = row.kind == ErrorKind::quota_exhausted ||
                        row.kind == ErrorKind::no_account_available ||
                        row.kind == ErrorKind::upstream_blocked || row.message == kCredentials;
  return hopeless ? std::move(error).without_retry() : error;
}

// Known to be below what was asked for.
Allowance too_poor(const Complaint& complaint, WallTime now) {
  Allowance allowance;
  allowance.read = now;
  allowance.points = complaint.balance;
  if (!allowance.points && complaint.required_points)
    allowance.points = std::max<std::int64_t>(*complaint.required_points - 1, 0);
  return allowance;
}

Allowance day_used_up(const Complaint& complaint, WallTime now) {
  Allowance allowance;
  allowance.read = now;
  allowance.drawn_today = complaint.daily_count;
  if (complaint.daily_limit) allowance.daily_limit = free_pictures_of(*complaint.daily_limit);
  return allowance;
}

std::optional<AccountFinding> finding_of(const ErrorRow& row, const Complaint& complaint,
                                         WallTime now) {
  AccountFinding finding;
  finding.reason = row.message;
  switch (row.verdict) {
    case Verdict::nothing:
      return std::nullopt;
    case Verdict::resting:
      finding.state = AccountState::resting;
      finding.rest = until_account_reset(now);
      finding.allowance = day_used_up(complaint, now);
      break;
    case Verdict::banned:
      finding.state = AccountState::banned;
      break;
    case Verdict::too_few_points:
      finding.state = AccountState::ready;
      finding.reason.clear();
      finding.allowance = too_poor(complaint, now);
      break;
  }
  return finding;
}

std::optional<HostShut> shut_of(const ErrorRow& row, const Error& error, WallTime now) {
  const auto rest = row.reset == Reset::host_at_20 ? until_reset(row.reset, now) : row.host_rest;
  if (rest == std::chrono::seconds(0)) return std::nullopt;
  return HostShut{.reason = error, .for_at_least = rest};
}

Refusal judge_complaint(int status, const Complaint& complaint, WallTime now) {
  const auto row = row_of(status, complaint);
  auto error = Error(row.kind, message_of(row, complaint, now))
                   .with_param(std::string(row.param))
                   .with_code(row.our_code)
                   .with_detail(detail_of(status, complaint));
  Refusal refusal;
  refusal.failure.error = with_retry_advice(std::move(error), row, now);
  refusal.failure.act = row.act;
  refusal.failure.scope = row.scope;
  refusal.failure.pause = row.pause;
  refusal.failure.concurrency_refusal = row.slot == Slot::all_taken;
  refusal.failure.unpaid = row.points == Points::not_taken;
  refusal.failure.status = status;
  refusal.failure.account = finding_of(row, complaint, now);
  refusal.failure.shut = shut_of(row, refusal.failure.error, now);
  refusal.cause = row.cause;
  return refusal;
}

std::optional<std::chrono::seconds> retry_after(const IncomingAnswer& answer) {
  const auto text = answer.header("retry-after");
  int seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || stop != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::min<std::chrono::seconds>(std::chrono::seconds(seconds), kLongestRetryAfter);
}

// For `doctor`, which asks without the gate; all others get a fault with `edge` instead.
Refusal judge_challenge(const IncomingAnswer& answer) {
  Refusal refusal;
  refusal.failure.scope = Scope::host;
  refusal.failure.unpaid = true;
  refusal.failure.status = answer.status;
  refusal.failure.error =
      Error(ErrorKind::upstream_challenged,
            "a server in front of the upstream wants to see a human")
          .with_detail(fmt::format("status {} with cf-mitigated: challenge", answer.status));
  return refusal;
}

Refusal judge_front(const IncomingAnswer& answer) {
  if (answer.header("cf-mitigated") == "challenge") return judge_challenge(answer);
  const auto rows = front_rows();
  const auto& row = *std::ranges::find_if(rows, [&](const FrontRow& candidate) {
    return answer.status >= candidate.from && answer.status <= candidate.to;
  });
  Refusal refusal;
  refusal.failure.act = row.act;
  refusal.failure.scope = Scope::host;
  refusal.failure.slot_unsure = row.job == Job::unsure;
  refusal.failure.unpaid = row.job == Job::not_begun;
  refusal.failure.transport_fault = row.fault;
  refusal.failure.status = answer.status;
  if (row.act == Act::once) refusal.failure.pause = retry_after(answer).value_or(kPause);
  auto error = Error(row.kind, std::string(row.message))
                   .with_detail(fmt::format(
                       "status {}, content-type '{}', {} bytes. {}", answer.status,
                       answer.header("content-type").substr(0, 100), answer.body.size(), row.hint));
  if (const auto delay = retry_after(answer)) error = std::move(error).with_retry_after(*delay);
  refusal.failure.error = std::move(error);
  return refusal;
}

// The application itself never answers with these, in JSON or not.
bool is_from_the_front(const IncomingAnswer& answer) {
  return !is_json(answer) || answer.status == 413 || (answer.status >= 502 && answer.status <= 504);
}

}  // namespace

bool is_json(const IncomingAnswer& answer) {
  const auto type = to_lower(answer.header("content-type"));
  return trim(std::string_view(type).substr(0, type.find(';'))) == "application/json";
}

Refusal judge_answer(const IncomingAnswer& answer, WallTime now) {
  if (is_from_the_front(answer)) return judge_front(answer);
  return judge_complaint(answer.status, complaint_of(answer.body), now);
}

std::chrono::seconds until_account_reset(WallTime now) {
  return until_reset(Reset::account_at_16, now);
}

UpstreamFailure judge_fault(const TransferFault& fault) {
  if (fault.edge) return edge_failure(fault);
  UpstreamFailure failure;
  failure.error = fault.error;
  failure.scope = Scope::host;
  failure.slot_unsure = fault.stage == TransferFault::Stage::unsure;
  failure.unpaid = fault.stage == TransferFault::Stage::before_send;
  failure.transport_fault = true;
  return failure;
}

UpstreamFailure judge_free_answer(std::string_view call, const IncomingAnswer& answer) {
  UpstreamFailure failure;
  failure.error =
      Error(ErrorKind::upstream_error, "the upstream failed before a drawing could be asked for")
          .with_detail(
              fmt::format("status {}, {} bytes of JSON", answer.status, answer.body.size()));
  // What a server in front says is the same whatever was asked.
  if (is_from_the_front(answer)) {
    auto front = judge_front(answer).failure;
    failure.error = std::move(front.error);
    failure.transport_fault = front.transport_fault;
    failure.shut = std::move(front.shut);
  }
  failure.act = answer.status >= 500 ? Act::once : Act::fail;
  failure.scope = Scope::host;
  failure.pause = kFreePause;
  failure.status = answer.status;
  failure.error =
      Error(failure.error).with_detail(fmt::format("{}: {}", call, failure.error.detail()));
  return failure;
}

UpstreamFailure judge_free_fault(std::string_view call, const TransferFault& fault) {
  if (fault.edge && fault.stage == TransferFault::Stage::before_send) return edge_failure(fault);
  UpstreamFailure failure;
  failure.error = Error(ErrorKind::upstream_unavailable, "the upstream cannot be reached")
                      .with_detail(fmt::format("{}: {}", call, fault.error.detail()));
  failure.act = Act::once;
  failure.scope = Scope::host;
  failure.pause = kFreePause;
  failure.transport_fault = true;
  return failure;
}

}  // namespace gw::dreamifly
