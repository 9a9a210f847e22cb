// One blocking GET /health/live, so that a container needs no curl to watch its server.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace gw::app {

// upstream_unavailable when nobody answers in time, upstream_error when the answer is not 200. Each
// step (connect, send, every read) may take `patience`. An address that means "all" is asked at
// loopback.
Result<void> ask_health(const std::string& host, std::uint16_t port,
                        std::chrono::milliseconds patience);

}  // namespace gw::app
