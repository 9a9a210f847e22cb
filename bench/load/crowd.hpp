// Clients that have asked for a picture and wait for it.
#pragma once

#include "bench/load/gateway_view.hpp"
#include "bench/load/http_client.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::bench {

class Crowd final {
 public:
  // The whole request of the client `number`, which differs from all others.
  using Request = std::function<std::string(std::uint64_t number)>;

  Crowd(std::uint16_t port, Request request) : port_(port), request_(std::move(request)) {}

  // One more connection with one request.
  void join();
  // Until there are `count`, none of them far ahead of what the gateway has accepted, and all wait.
  void gather(GatewayView& gateway, std::size_t count);
  // The last one closes its connection; then all do.
  void one_leaves();
  void all_leave();
  // Throws std::runtime_error when one of them was answered: then they were not all waiting.
  void check_that_all_wait() const;
  // Once: what has come for each client that has got something. Throws std::runtime_error when a
  // connection was closed.
  using Heard = std::function<void(std::size_t client, std::string_view bytes)>;
  void hear(const Heard& heard) const;

  std::size_t size() const { return sockets_.size(); }

 private:
  std::uint16_t port_;
  Request request_;
  std::vector<Descriptor> sockets_;
};

}  // namespace gw::bench
