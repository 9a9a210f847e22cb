// Failures that mean the same whoever the upstream is. Pure.
#pragma once

#include "core/accounts/account.hpp"
#include "core/ports/provider.hpp"

#include <expected>
#include <utility>

namespace gw {

inline std::unexpected<UpstreamFailure> refuse(UpstreamFailure failure) {
  return std::unexpected(std::move(failure));
}

// Of the host, whichever account asks; the task fails.
UpstreamFailure host_failure(Error error);

// Details are for the log, where no prompt may stand; an upstream's own words may hold one. They
// stand behind the first ": ".
Error without_prompts(Error error, const ImageOrder& order);

// What a free call's failure says of the account it was made for. What it does not say anything of
// is trouble of the way or of the whole host.
AccountFinding account_finding(UpstreamFailure failure);

}  // namespace gw
