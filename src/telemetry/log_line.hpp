// One log event as one line of JSON. Pure, so that its escaping can be tested.
#pragma once

#include "base/clock.hpp"
#include "telemetry/log.hpp"

#include <span>
#include <string>
#include <string_view>

namespace gw {

std::string_view to_string(LogLevel level);

// {"ts":"2026-01-31T12:00:00.123Z","level":"info","event":…,fields…} without the newline. Control
// characters are escaped, so an event is always one line; bytes that are not UTF-8 become U+FFFD;
// numbers that JSON cannot say (NaN, infinity) become null. A field named like one of the first
// three keeps its name and comes later.
std::string log_line(WallTime time, LogLevel level, std::string_view event,
                     std::span<const LogField> fields);

}  // namespace gw
