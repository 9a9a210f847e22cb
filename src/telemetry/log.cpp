#include "telemetry/log.hpp"

#include "base/clock.hpp"
#include "telemetry/log_line.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace gw {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

// spdlog brings the locked, flushed sink; the line itself is ours, because its patterns do not
// escape.
class StderrLog final : public Log {
 public:
  explicit StderrLog(LogLevel level)
      : logger_("gateway", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%v");
    logger_.set_level(to_spdlog(level));
  }

  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override {
    const auto severity = to_spdlog(level);
    if (level == LogLevel::off || !logger_.should_log(severity)) return;
    logger_.log(severity, spdlog::string_view_t(log_line(clock_.wall(), level, event, fields)));
  }

 private:
  SystemClock clock_;
  spdlog::logger logger_;
};

class NullLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

}  // namespace

std::unique_ptr<Log> make_log(LogLevel level) {
  return std::make_unique<StderrLog>(level);
}

std::unique_ptr<Log> make_null_log() {
  return std::make_unique<NullLog>();
}

}  // namespace gw
