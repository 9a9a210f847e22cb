// What each of the fake's switches must come to: the answer, and the slot it leaves behind.
#pragma once

#include "tests/fault/upstream_faults.hpp"

#include <ostream>
#include <string_view>

namespace gw::test {

// The design's engine table.
enum class Slot : std::uint8_t {
  returned,  // the upstream has answered
  unsure,    // the answer is lost, so nobody knows whether it still draws
  held,      // it has not answered: only the caller's deadline is over
};

struct Switch {
  std::string_view name;
  int status;
  const char* code;  // of the error; nullptr: a picture comes
  Slot slot;
};

inline void PrintTo(const Switch& row, std::ostream* out) {
  *out << row.name;
}

inline constexpr Switch kSwitches[] = {{"reset", 502, "upstream_error", Slot::unsure},
                                       {"reset_at_once", 502, "upstream_error", Slot::unsure},
                                       {"reset_while_drawing", 502, "upstream_error", Slot::unsure},
                                       {"reset_after_headers", 502, "upstream_error", Slot::unsure},
                                       {"reset_after_body", 502, "upstream_error", Slot::unsure},
                                       {"truncated", 502, "upstream_error", Slot::unsure},
                                       {"endless", 502, "upstream_error", Slot::unsure},
                                       {"html", 502, "upstream_error", Slot::unsure},
                                       {"stall", 504, "upstream_timeout", Slot::held},
                                       {"stall_in_body", 504, "upstream_timeout", Slot::held},
                                       {"cut_json", 502, "upstream_error", Slot::returned},
                                       {"wrong_label", 200, nullptr, Slot::returned},
                                       {"trickle", 200, nullptr, Slot::returned}};

class UpstreamSwitches : public UpstreamFaults, public testing::WithParamInterface<Switch> {
 protected:
  FakeFault fault() const { return *find_fault(GetParam().name); }
  bool stalls() const { return GetParam().slot == Slot::held; }

  // `deadline` only matters where the upstream never answers.
  void start_with(int slots, int deadline) {
    start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", std::to_string(slots)},
               {"API_REQUEST_TIMEOUT", std::to_string(stalls() ? deadline : 120)},
               {"SHUTDOWN_GRACE", stalls() ? "0" : "30"}});
  }

  void expect_told(const RawAnswer& answer) const {
    const auto& row = GetParam();
    EXPECT_THAT(answer, HasStatus(row.status));
    if (!row.code) return;
    EXPECT_THAT(answer, IsError(row.status, row.code, "null"));
    EXPECT_THAT(answer, HasHeader("x-should-retry", "false")) << "it may have been paid";
    expect_nothing_internal(answer);
  }
};

// For INSTANTIATE_TEST_SUITE_P.
inline std::string name_of(const testing::TestParamInfo<Switch>& info) {
  return std::string(info.param.name);
}

}  // namespace gw::test
