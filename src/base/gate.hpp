// At most so many at a time: for work of which each piece holds much memory.
#pragma once

#include "base/event.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <utility>

namespace gw {

// First come, first served. I/O thread. Passes may outlive it.
class Gate final {
 public:
  class Pass;

  Gate(Executor io, std::size_t places) : io_(io), state_(std::make_shared<State>()) {
    state_->free = places;
  }

  // Waits for a place. Cancelling the waiting coroutine leaves the line.
  Async<Pass> enter();

 private:
  struct Visitor;
  struct State {
    std::size_t free = 0;
    std::list<Visitor*> line;
    void give_back();
  };

  Executor io_;
  std::shared_ptr<State> state_;
};

// A place, given back when it goes. Movable, not copyable.
class Gate::Pass final {
 public:
  Pass() = default;  // none
  explicit Pass(std::shared_ptr<State> state) : state_(std::move(state)) {}
  Pass(Pass&&) noexcept = default;
  Pass& operator=(Pass&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Pass() {
    if (state_) state_->give_back();
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace gw
