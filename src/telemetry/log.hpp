// Structured log lines, one JSON object each, to standard error.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gw {

enum class LogLevel : std::uint8_t { debug, info, warn, error, off };

using LogValue = std::variant<std::int64_t, double, bool, std::string_view>;
using LogField = std::pair<std::string_view, LogValue>;

// Owned by the composition root and passed by reference; any thread. Never prompts, keys, cookies
// or pictures. The call never waits for whoever reads standard error: lines queue for a
// thread, and when two thousand wait the oldest go.
class Log {
 public:
  virtual ~Log() = default;
  // Below the chosen level nothing is formatted.
  virtual void write(LogLevel level, std::string_view event, std::span<const LogField> fields) = 0;

  void info(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::info, event, fields);
  }
  void warn(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::warn, event, fields);
  }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::error, event, fields);
  }
  void debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::debug, event, fields);
  }
};

// Lines are {"ts":…,"level":…,"event":…, fields…}.
std::unique_ptr<Log> make_log(LogLevel level);

// Swallows everything; for tests.
std::unique_ptr<Log> make_null_log();

}  // namespace gw
