// Remembers what was logged.
#pragma once

#include "telemetry/log.hpp"
#include "telemetry/log_line.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::test {

class RecordingLog final : public Log {
 public:
  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override {
    events.emplace_back(event);
    lines.push_back(log_line({}, level, event, fields));
  }
  std::size_t count(std::string_view event) const {
    return static_cast<std::size_t>(std::ranges::count(events, event));
  }

  std::vector<std::string> events;
  std::vector<std::string> lines;  // as they are written, at the beginning of 1970
};

}  // namespace gw::test
