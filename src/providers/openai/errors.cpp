#include "providers/openai/errors.hpp"

#include "base/text.hpp"
#include "providers/common/edge_failure.hpp"
#include "providers/openai/error_table.hpp"
#include "providers/openai/outgoing.hpp"
#include "providers/openai/safe_words.hpp"
#include "transport/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::openai {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kLongestDetail = 300;
constexpr seconds kLongestRetryAfter{60};
constexpr seconds kSpentRest{3600};  // when a spent key is looked at again: no server tells

bool fits(const ErrorRow& row, int status, const Complaint& complaint, std::string_view words) {
  return (row.status == 0 || row.status == status) &&
         (row.code.empty() || row.code == complaint.code || row.code == complaint.type) &&
         words.contains(row.text);
}

// The last row fits anything.
const ErrorRow& row_of(int status, const Complaint& complaint) {
  const auto words = to_lower(complaint.message);
  return *std::ranges::find_if(
      error_rows(), [&](const ErrorRow& row) { return fits(row, status, complaint, words); });
}

std::string without(std::string text, std::string_view secret) {
  if (secret.empty()) return text;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
    text.replace(at, secret.size(), "***");
  return text;
}

std::string detail_of(int status, const Complaint& complaint, const Options& options) {
  const auto said = fmt::format("{} {} {}: {}", complaint.code, complaint.type, complaint.param,
                                complaint.message.substr(0, kLongestDetail));
  const auto from = status == 0 ? std::string("in its stream") : fmt::to_string(status);
  return "upstream " + from + " " + without(said, options.api_key.reveal());
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < 0) return std::nullopt;
  return number;
}

// Seconds may have decimals; dates are not worth the trouble.
std::optional<milliseconds> retry_after(const IncomingAnswer& answer) {
  constexpr double kLongest = milliseconds(kLongestRetryAfter).count();
  auto wanted = number_of<double>(answer.header("retry-after-ms"));
  if (!wanted) {
    wanted = number_of<double>(answer.header("retry-after"));
    if (wanted) *wanted *= 1000;
  }
  if (!wanted || !(*wanted >= 0)) return std::nullopt;
  return milliseconds(static_cast<milliseconds::rep>(std::min(*wanted, kLongest)));
}

std::string known_param(std::string_view theirs, Service service) {
  if (service == Service::chat) {
    const bool plain = theirs.size() <= 64 && std::ranges::all_of(theirs, [](char c) {
                         return c > ' ' && c < 0x7f && c != '"' && c != '\\';
                       });
    return plain ? std::string(theirs) : std::string();
  }
  const auto params = image_params();
  const auto found = std::ranges::find(params, theirs, &ParamName::theirs);
  return found == params.end() ? std::string() : std::string(found->ours);
}

std::string_view known_code(std::string_view theirs) {
  const auto codes = known_codes();
  const auto found = std::ranges::find(codes, theirs);
  return found == codes.end() ? std::string_view() : *found;
}

bool may_be_told(const Complaint& complaint, const Options& options) {
  const auto address = address_of(options.base_url);
  const std::string host = address ? address->host : "";
  std::vector<std::string_view> secrets{options.api_key.reveal(), host};
  for (const auto& [name, value] : options.extra_headers) secrets.push_back(value.reveal());
  return is_safe_for_clients(complaint.message, secrets);
}

// What a client can mend is told in the upstream's words. A parameter that the client does not have
// was ours: he cannot mend that.
Error invalid(const ErrorRow& row, const Complaint& complaint, const Options& options,
              Service service) {
  auto param = known_param(complaint.param, service);
  if (!complaint.param.empty() && param.empty())
    return {ErrorKind::upstream_error, "the upstream does not understand the gateway's request"};
  if (may_be_told(complaint, options))
    return Error::invalid_request(std::move(param), "the upstream says: " + complaint.message)
        .with_code(known_code(complaint.code));
  if (param.empty()) return {ErrorKind::upstream_error, std::string(row.message)};
  auto message = fmt::format("the upstream does not accept this value of `{}`", param);
  return Error::invalid_request(std::move(param), std::move(message))
      .with_code(known_code(complaint.code));
}

Error error_of(const ErrorRow& row, const Complaint& complaint, const Options& options,
               Service service) {
  if (row.words == Words::theirs) return invalid(row, complaint, options, service);
  auto error = Error(row.kind, std::string(row.message)).with_code(row.our_code);
  // Chat has neither a prompt nor a picture of its own.
  const bool known = service == Service::images || row.param == "model";
  return known ? std::move(error).with_param(std::string(row.param)) : error;
}

// What is refused is not drawn. A prompt may have been read and charged before it was rejected, and
// no other upstream is to be tried with it.
bool is_unpaid(int status, ErrorKind kind) {
  if (kind == ErrorKind::queue_full) return true;
  return status >= 400 && status <= 499 && kind != ErrorKind::content_rejected;
}

bool is_broken(int status, ErrorKind kind) {
  using enum ErrorKind;
  return status >= 500 &&
         (kind == upstream_error || kind == upstream_unavailable || kind == upstream_timeout);
}

std::optional<AccountFinding> finding_of(const ErrorRow& row, std::optional<milliseconds> pause) {
  AccountFinding finding;
  finding.reason = row.message;
  switch (row.verdict) {
    case Verdict::nothing:
      return std::nullopt;
    case Verdict::cooling:
      finding.state = AccountState::cooling;
      if (pause) finding.rest = std::chrono::ceil<seconds>(*pause);
      break;
    case Verdict::resting:
      finding.state = AccountState::resting;
      finding.rest = kSpentRest;
      break;
    case Verdict::needs_sign_in:
      finding.state = AccountState::needs_sign_in;
      break;
  }
  return finding;
}

UpstreamFailure judge(int status, const Complaint& complaint, std::optional<milliseconds> pause,
                      const Options& options, Service service) {
  const auto& row = row_of(status, complaint);
  UpstreamFailure failure;
  failure.act = row.act;
  failure.scope = row.scope;
  failure.unpaid = is_unpaid(status, row.kind);
  failure.transport_fault = is_broken(status, row.kind);
  failure.status = status;
  failure.account = finding_of(row, pause);
  if (row.act == Act::wait) failure.pause = pause.value_or(kPause);
  auto error =
      error_of(row, complaint, options, service).with_detail(detail_of(status, complaint, options));
  if (row.repeat == Repeat::useless) {
    error = std::move(error).without_retry();
  } else if (row.act == Act::wait || pause) {
    error = std::move(error).with_retry_after(pause.value_or(kPause));
  }
  failure.error = std::move(error);
  return failure;
}

// A front that is no edge: what an edge answers is a fault by now (transport/edge/gate).
UpstreamFailure judge_front(const IncomingAnswer& answer) {
  const auto& row = *std::ranges::find_if(front_rows(), [&](const FrontRow& candidate) {
    return answer.status >= candidate.from && answer.status <= candidate.to;
  });
  UpstreamFailure failure;
  failure.act = row.act;
  failure.scope = Scope::host;
  failure.slot_unsure = row.job == Job::unsure;
  failure.unpaid = row.job == Job::not_running;
  failure.transport_fault = answer.status >= 500;
  failure.status = answer.status;
  const auto pause = retry_after(answer);
  if (row.act == Act::wait) failure.pause = pause.value_or(kPause);
  auto error = Error(row.kind, std::string(row.message))
                   .with_detail(fmt::format(
                       "status {}, content-type '{}', {} bytes. {}", answer.status,
                       answer.header("content-type").substr(0, 100), answer.body.size(), row.hint));
  if (pause) error = std::move(error).with_retry_after(*pause);
  failure.error = std::move(error);
  return failure;
}

}  // namespace

UpstreamFailure judge_answer(const IncomingAnswer& answer, const Options& options,
                             Service service) {
  const bool complains = answer.status < 200 || answer.status > 299;
  if (!complains || !has_type(answer, "application/json")) return judge_front(answer);
  return judge(answer.status, complaint_of(answer.body), retry_after(answer), options, service);
}

UpstreamFailure judge_event(const Complaint& complaint, const Options& options) {
  const bool about_request =
      complaint.type == "invalid_request_error" || complaint.type == "image_generation_user_error";
  auto failure = judge(about_request ? 400 : 0, complaint, std::nullopt, options, Service::images);
  // It had begun to draw: whether that counts is not told, so nothing is repeated.
  failure.act = Act::fail;
  failure.unpaid = false;
  return failure;
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

// Its words may repeat the prompt, and a prompt must not change what others are asked with.
bool refuses_response_format(const IncomingAnswer& answer, const ImageOrder& order) {
  constexpr std::string_view kParam = "response_format";
  if (answer.status != 400 && answer.status != 422) return false;
  const auto complaint = complaint_of(answer.body);
  if (!complaint.param.empty()) return complaint.param == kParam;
  const bool quoted = order.prompt.contains(kParam) || order.negative_prompt.contains(kParam);
  return !quoted && complaint.message.contains(kParam);
}

}  // namespace gw::openai
