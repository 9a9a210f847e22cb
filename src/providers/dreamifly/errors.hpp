// What an unhappy answer means (protocol §3.8): the whole table as data, and how it is looked up.
// Pure.
#pragma once

#include "base/clock.hpp"
#include "core/ports/provider.hpp"
#include "transport/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace gw::dreamifly {

enum class Cause : std::uint8_t {
  other,
  token_refused,   // clock, zone or key: worth one look at the server's clock
  login_required,  // it takes us for nobody
  used_up,         // the account's allowance or points
};

struct Refusal {
  UpstreamFailure failure;
  Cause cause = Cause::other;
};

// Of an answer that is not a picture: any status but 200, or a 200 that is not JSON. `now` only
// dates the end of a used-up allowance. The upstream's own text goes into the error's detail, never
// into its message: some of it carries internal addresses and vendors' raw replies. What it says
// about the account and about the whole host is in the failure; for used-up accounts its act is
// `other`.
Refusal judge_answer(const IncomingAnswer& answer, WallTime now);

// When the free pictures of an account are counted anew: 00:00 in +08:00.
std::chrono::seconds until_account_reset(WallTime now);

// Of an answer that never came.
UpstreamFailure judge_fault(const TransferFault& fault);

// The same of calls that ask for no drawing, named by `call` for the log: no slot is at stake, and
// a repeat costs nothing.
UpstreamFailure judge_free_answer(std::string_view call, const IncomingAnswer& answer);
UpstreamFailure judge_free_fault(std::string_view call, const TransferFault& fault);

// The protocol knows only application/json; anything else was written by a server in front.
bool is_json(const IncomingAnswer& answer);

}  // namespace gw::dreamifly
