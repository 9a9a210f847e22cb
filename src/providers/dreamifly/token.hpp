// The per-minute token and the server's clock behind it (protocol §2.2-2.4). Pure.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace gw::dreamifly {

// The server's clock as of one answer of GET /api/time. Carried forward by our steady clock from
// the moment the answer had come, which is later than the moment the server looked at its clock: so
// it is late by at most the round trip and never ahead. Late is fine (the minute before is
// accepted), ahead is refused.
struct ServerClock {
  std::chrono::sys_time<std::chrono::milliseconds> time;
  std::chrono::minutes zone{0};  // what the server's minute string adds to UTC
  SteadyTime read;               // when the answer had come
};

// The body of GET /api/time. upstream_error when it is not one.
Result<ServerClock> read_server_clock(std::string_view body, SteadyTime received);

// "YYYYMMDDHHmm" in the server's zone.
std::string minute_string(const ServerClock& clock, SteadyTime now);

// md5(key + minute) in lower-case hex.
std::string minute_token(std::string_view key, std::string_view minute);

}  // namespace gw::dreamifly
