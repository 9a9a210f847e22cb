// Work that one coroutine does while the others wait for it.
#pragma once

#include "base/event.hpp"
#include "base/task.hpp"

#include <memory>
#include <utility>

namespace gw::dreamifly {

// I/O thread only. May be destroyed while a turn is held.
class SingleFlight final {
 public:
  // Held by whoever works; the next one's turn comes when it goes out of scope.
  class Turn final {
   public:
    explicit Turn(std::shared_ptr<Event> ended) : ended_(std::move(ended)) {}
    Turn(Turn&&) noexcept = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (ended_) ended_->set();
    }

   private:
    std::shared_ptr<Event> ended_;
  };

  // Waits until nobody else has the turn.
  Async<Turn> take();

 private:
  std::weak_ptr<Event> current_;
};

}  // namespace gw::dreamifly
