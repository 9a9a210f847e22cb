// How long an edge is left alone after its own limit, and the one request that then decides. Pure.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace gw::edge {

// 30 s doubling to 15 min, from the first hit until a trial has gone well. Wall time, because it is
// kept over a restart; a clock that is set back makes a wait 15 minutes long at most.
class Cooldown final {
 public:
  struct Memory {
    int hits = 0;  // in a row; 0: not cooling
    WallTime until;
    friend bool operator==(const Memory&, const Memory&) = default;
  };

  Cooldown() = default;
  explicit Cooldown(const Memory& memory) : memory_(memory) {}

  bool active() const { return memory_.hits > 0; }
  // 0: the trial may go; nothing: not before the one that is under way has come back.
  std::optional<std::chrono::milliseconds> wait(WallTime now) const;
  void trial_begins() { trial_out_ = true; }
  void trial_is_lost() { trial_out_ = false; }  // it came back without news
  void clear();                                 // it went well

  // Of a request that was sent in `round`. What was under way before the limit was known makes it
  // no worse. The first wait is what the edge told, where it did; later ones are never shorter than
  // the doubled one.
  void hit(std::uint64_t round, std::optional<std::chrono::seconds> told, WallTime now);
  std::uint64_t round() const { return round_; }

  const Memory& memory() const { return memory_; }

 private:
  void wait_until(WallTime at);

  Memory memory_;
  std::uint64_t round_ = 0;
  bool trial_out_ = false;
};

}  // namespace gw::edge
