// Any answer of GET /api/time: either refused, or a clock that gives a minute for as long as
// anybody could run, never ahead of the server's own.
#include "providers/dreamifly/token.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace std::chrono_literals;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_minute(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const gw::SteadyTime received{1h};
  const auto clock = gw::dreamifly::read_server_clock(text, received);
  if (!clock) {
    require(!clock.error().message().empty());
    return 0;
  }
  require(std::chrono::abs(clock->zone) <= 15h);
  const auto first = gw::dreamifly::minute_string(*clock, received);
  require(is_minute(first));
  if (!text.contains('\\')) require(text.contains(first));
  auto last = first;
  for (const auto later : {1ms, 59'999ms, 60'000ms, 3'600'000ms, 31'536'000'000ms}) {
    const auto minute = gw::dreamifly::minute_string(*clock, received + later);
    require(is_minute(minute));
    require(last <= minute);
    last = minute;
  }
  require(gw::dreamifly::minute_token("key", first).size() == 32);
  return 0;
}
