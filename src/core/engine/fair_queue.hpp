// What waits for one host: round robin between callers, first come first served within one.
#pragma once

#include "base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace gw {

// A place in line. It is kept while a task is parked or has to wait, so nobody is overtaken by his
// own later work.
using Place = std::uint64_t;

// Pure; owned by the engine. Every operation is O(log n) in the caller's own waiting tasks.
class FairQueue final {
 public:
  void push(const CallerId& caller, Place place, TaskId task);
  // Absent is fine: parked and delayed tasks are not in here.
  void erase(const CallerId& caller, Place place);
  // The first task of the caller whose turn it is, and the turn passes on.
  std::optional<TaskId> pop();
  // The one that pop() would take; only while there is one.
  TaskId front() const;

  // How many would be served before this place if nothing else came; whether it is in line itself
  // does not matter. O(callers + the caller's own tasks).
  std::size_t ahead_of(const CallerId& caller, Place place) const;

  // Everybody, in the order in which they would be served if nothing else came. O(n).
  std::vector<TaskId> in_order() const;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  struct Lane {
    std::map<Place, TaskId> tasks;
    std::list<const CallerId*>::iterator turn;
  };
  using Lanes = std::unordered_map<CallerId, Lane>;
  void drop_lane(Lanes::iterator lane);

  Lanes lanes_;                       // only callers with something ready
  std::list<const CallerId*> turns_;  // the front is next; points at the keys of lanes_
  std::size_t size_ = 0;
};

}  // namespace gw
