// /health, /health/live and /health/ready: three different questions.
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace gw::api {

// What the operation endpoints look at, taken fresh for each answer. Nothing secret: these paths
// are open.
struct HealthView {
  std::string provider;
  bool demo = false;
  std::size_t queued = 0;
  std::size_t running = 0;
  std::size_t slots = 0;               // how many may run at a time
  std::vector<std::string> not_ready;  // reasons, a sentence each; empty: ready
};

// I/O thread.
class HealthEndpoint final {
 public:
  explicit HealthEndpoint(std::function<HealthView()> view) : view_(std::move(view)) {}

  // For people and the original's scripts: always 200 and "status":"ok" while the process serves.
  http::Response overview() const;
  // For a supervisor: is the process to be restarted?
  http::Response live() const;
  // For a load balancer: 503 with the reasons while no work should come.
  http::Response ready() const;

 private:
  std::function<HealthView()> view_;
};

}  // namespace gw::api
