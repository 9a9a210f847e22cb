#include "providers/common/failure.hpp"

#include <string>
#include <string_view>

namespace gw {
namespace {

// By its beginning: the text around it may have been cut.
bool repeats(std::string_view text, std::string_view prompt) {
  constexpr std::size_t kEnough = 16;
  return !prompt.empty() && text.contains(prompt.substr(0, kEnough));
}

bool repeats_prompts(std::string_view text, const ImageOrder& order) {
  return repeats(text, order.prompt) || repeats(text, order.negative_prompt);
}

}  // namespace

UpstreamFailure host_failure(Error error) {
  UpstreamFailure failure;
  failure.error = std::move(error);
  failure.scope = Scope::host;
  return failure;
}

Error without_prompts(Error error, const ImageOrder& order) {
  const auto& detail = error.detail();
  if (!repeats_prompts(detail, order)) return error;
  auto kept = detail.substr(0, detail.find(": "));
  if (repeats_prompts(kept, order)) kept = "upstream";
  return std::move(error).with_detail(kept + ": (its words repeat the prompt)");
}

AccountFinding account_finding(UpstreamFailure failure) {
  if (failure.account) return *std::move(failure.account);
  AccountFinding finding;
  finding.state = AccountState::cooling;
  finding.reason = failure.error.detail();
  finding.own_trouble = false;
  return finding;
}

}  // namespace gw
