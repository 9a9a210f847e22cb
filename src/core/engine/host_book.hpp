// What the engine shows of its hosts: slots, line, and whether they are asked at all.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "core/engine/host_door.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw {

struct HostView {
  std::size_t limit = 0;   // slots
  std::size_t held = 0;    // out, whatever for
  std::size_t unsure = 0;  // nobody knows whether the upstream still draws
  std::size_t free = 0;    // could be given out now
  std::size_t ready = 0;   // in line, neither parked nor told to wait
  DoorState door = DoorState::open;
  std::string reason;             // while it is not open
  std::string_view kind = {};     // of the error that it is: a word for headers
  bool by_edge = false;           // an edge shut it, neither the upstream nor the breaker
  std::optional<WallTime> until;  // shut: ajar then; nothing: until it is opened
  int trips = 0;                  // of the breaker, in a row
  std::uint64_t opened = 0;       // the breaker, ever
  std::uint64_t turned_away = 0;  // requests that were refused because it was shut
};

// Implemented by the engine; I/O thread. Nothing: no such host.
class HostBook {
 public:
  virtual ~HostBook() = default;
  virtual std::optional<HostView> host(const HostId& id) const = 0;
};

}  // namespace gw
