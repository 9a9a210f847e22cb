#include "telemetry/log.hpp"

#include "base/clock.hpp"
#include "telemetry/log_line.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
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

// Lines that wait for a slow reader of standard error; over it the oldest go. About a megabyte.
constexpr std::size_t kWaitingLines = 2'048;

// spdlog brings the sink and the thread that writes, because a stalled pipe must not stall the I/O
// thread; the line itself is ours, because its patterns do not escape. Destroying it writes what
// waits.
class StderrLog final : public Log {
 public:
  explicit StderrLog(LogLevel level)
      : writer_(std::make_shared<spdlog::details::thread_pool>(kWaitingLines, 1)),
        logger_(std::make_shared<spdlog::async_logger>(
            "gateway", std::make_shared<spdlog::sinks::stderr_sink_mt>(), writer_,
            spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_pattern("%v");
    logger_->set_level(to_spdlog(level));
  }

  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override {
    const auto severity = to_spdlog(level);
    if (level == LogLevel::off || !logger_->should_log(severity)) return;
    logger_->log(severity, spdlog::string_view_t(log_line(clock_.wall(), level, event, fields)));
  }

 private:
  SystemClock clock_;
  std::shared_ptr<spdlog::details::thread_pool> writer_;  // outlives the logger
  std::shared_ptr<spdlog::async_logger> logger_;
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
