// What a gateway with the demo provider says of itself, and waiting for it to say something.
#pragma once

#include "bench/load/http_client.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace gw::bench {

// One connection that stays open. Throws std::runtime_error when the gateway does not tell.
class GatewayView final {
 public:
  explicit GatewayView(std::uint16_t port) : client_(port) {}

  std::size_t waiting();  // for their picture: queued or being drawn
  std::size_t running();
  std::size_t parked();

 private:
  HttpClient client_;
};

// Looks every two milliseconds; throws std::runtime_error, which names `what`, after a minute.
void wait_until(const std::function<bool()>& holds, const char* what);

// The soft limit of open files becomes the hard one.
void raise_file_limit();

}  // namespace gw::bench
