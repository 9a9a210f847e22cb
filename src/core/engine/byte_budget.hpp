// One budget for all picture bytes in memory (design rule 5). While it is spent no task gets a
// slot.
#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace gw {

// I/O thread. Charged when a picture arrives, credited when the last holder lets go: the engine, a
// response that is being written, the store. Holders may outlive the budget object.
class ByteBudget final {
 public:
  explicit ByteBudget(std::size_t limit) : state_(std::make_shared<State>()) {
    state_->limit = limit;
  }

  // The same bytes, charged until every copy of the returned pointer is gone.
  SharedBytes charge(SharedBytes bytes) {
    state_->used += bytes->size();
    const auto* text = bytes.get();
    return {text, [state = state_, bytes = std::move(bytes)](const std::string*) mutable {
              state->used -= bytes->size();
              bytes.reset();
              if (state->on_credit) state->on_credit();
            }};
  }
  bool spent() const { return state_->used >= state_->limit; }
  std::size_t used() const { return state_->used; }
  // Called after each credit; must not throw and not call back before it returns.
  void on_credit(std::function<void()> callback) { state_->on_credit = std::move(callback); }

 private:
  struct State {
    std::size_t limit = 0;
    std::size_t used = 0;
    std::function<void()> on_credit;
  };
  std::shared_ptr<State> state_;
};

}  // namespace gw
