#include "base/gate.hpp"

namespace gw {

// In the line for as long as it lives, unless it was given a place.
struct Gate::Visitor {
  Visitor(Executor io, std::shared_ptr<State> at) : called(io), state(std::move(at)) {
    state->line.push_back(this);
  }
  ~Visitor() {
    if (!called.is_set()) state->line.remove(this);
  }
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  Event called;
  std::shared_ptr<State> state;
  Pass pass;  // once called; gone with the visitor that was cancelled at that moment
};

Async<Gate::Pass> Gate::enter() {
  if (state_->free > 0) {
    --state_->free;
    co_return Pass(state_);
  }
  Visitor visitor(io_, state_);
  co_await visitor.called.wait();
  co_return std::move(visitor.pass);
}

void Gate::State::give_back() {
  if (line.empty()) {
    ++free;
    return;
  }
  auto* next = line.front();
  line.pop_front();
  next->pass = Pass(next->state);
  next->called.set();
}

}  // namespace gw
