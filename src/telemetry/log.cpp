#include "telemetry/log.hpp"

#include "base/clock.hpp"
#include "telemetry/line_writer.hpp"
#include "telemetry/log_line.hpp"

#include <unistd.h>

namespace gw {
namespace {

// Destroying it writes what waits.
class StderrLog final : public Log {
 public:
  explicit StderrLog(LogLevel level) : level_(level), writer_(STDERR_FILENO) {}

  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override {
    if (level == LogLevel::off || level < level_) return;
    writer_.add(log_line(clock_.wall(), level, event, fields));
  }

 private:
  const LogLevel level_;
  SystemClock clock_;
  LineWriter writer_;
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
