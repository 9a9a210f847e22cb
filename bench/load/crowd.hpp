// Clients that have asked for a picture and wait for it.
#pragma once

#include "bench/load/http_client.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gw::bench {

class Crowd final {
 public:
  Crowd(std::uint16_t port, std::string key) : port_(port), key_(std::move(key)) {}

  // One more connection with one request, which differs from all others.
  void join();
  // The last one closes its connection; then all do.
  void one_leaves();
  void all_leave();
  // Throws std::runtime_error when one of them was answered: then they were not all waiting.
  void check_that_all_wait() const;

  std::size_t size() const { return sockets_.size(); }

 private:
  std::uint16_t port_;
  std::string key_;
  std::vector<Descriptor> sockets_;
};

}  // namespace gw::bench
