// What is kept of each request when it is over: one log line, a counter and a duration.
#pragma once

#include "base/clock.hpp"
#include "http/server.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

#include <cstdint>

namespace gw::app {

// Owned by the composition root, outlives the server; I/O thread.
class RequestObserver final {
 public:
  RequestObserver(Log& log, MetricsRegistry& metrics, const Clock& clock);

  void finished(const http::RequestHead& head, const RequestContext& context, int status,
                std::uint64_t bytes_sent);

 private:
  enum class StatusClass : std::uint8_t {
    success,
    redirect,
    client_error,
    client_left,
    server_error
  };
  friend std::string_view to_string(StatusClass status);
  static StatusClass class_of(int status);

  Log& log_;
  const Clock& clock_;
  CounterBy<StatusClass> requests_;
  Histogram& duration_;
};

}  // namespace gw::app
