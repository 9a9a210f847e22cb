// The shape of protocol §3.8 as data; the rows are in error_table.cpp, errors.cpp looks them up.
#pragma once

#include "providers/dreamifly/errors.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace gw::dreamifly {

// When a used-up allowance comes back, in hours of UTC.
enum class Reset : std::int8_t { none = -1, account_at_16 = 16, host_at_20 = 20 };
enum class Slot : std::uint8_t { free, all_taken };
// Whether it is known that no points were taken: so refuse the steps before the ninth of §3.1, and
// the ninth itself.
enum class Points : std::uint8_t { unsure, not_taken };
// What a refusal says about the account that was used. That its places are taken is told by the
// code alone: how long to wait then is the engine's to say.
enum class Verdict : std::uint8_t { nothing, resting, banned, too_few_points };

// The first row that fits decides. `code` and `text` (a part of the upstream's "error") fit
// anything when empty.
struct ErrorRow {
  int status = 0;
  std::string_view code = {};
  std::string_view text = {};
  Act act = Act::fail;
  Scope scope = Scope::request;
  ErrorKind kind = ErrorKind::upstream_error;
  std::string_view message = {};
  std::string_view param = {};
  std::string_view our_code = {};
  std::chrono::seconds pause{0};
  Reset reset = Reset::none;
  Slot slot = Slot::free;
  Cause cause = Cause::other;
  std::chrono::seconds host_rest{0};  // the whole host refuses: left alone for so long
  Points points = Points::unsure;
  Verdict verdict = Verdict::nothing;
};

// Answers of a server in front of the upstream: not JSON, or a gateway's own status.
enum class Job : std::uint8_t { not_begun, unsure };

struct FrontRow {
  int from = 0;
  int to = 0;
  ErrorKind kind = ErrorKind::upstream_error;
  std::string_view message = {};
  Job job = Job::not_begun;
  Act act = Act::fail;
  std::string_view hint = {};  // for the operator's log
  bool fault = false;          // what stands there does not work
};

// Texts that mean the same from several places.
inline constexpr std::string_view kCredentials =
    "the upstream refuses the gateway's credentials; its operator has to check them";
inline constexpr std::string_view kNeedsAccount =
    "the upstream draws this only for signed-in accounts, and the gateway has none that is signed "
    "in";
inline constexpr std::string_view kFailed = "the upstream failed to draw";

// Before a repeat that costs a daily count again.
inline constexpr std::chrono::seconds kPause{5};

std::span<const ErrorRow> error_rows();
std::span<const FrontRow> front_rows();

}  // namespace gw::dreamifly
