// Reads a body that is produced while it is sent, as the session would.
#pragma once

#include "base/task_group.hpp"
#include "http/message.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

// What it has read stands in `text`. Destroying it after leave() is a client that goes.
class BodyReader final {
 public:
  BodyReader(TaskGroup& group, http::Response response)
      : state_(std::make_shared<State>(std::move(response))) {
    coroutine_ = group.spawn(read(state_));
  }

  const std::string& text() const { return state_->text; }
  const std::vector<SharedBytes>& pieces() const { return state_->pieces; }
  bool over() const { return state_->over; }
  const http::Headers& headers() const { return state_->response.headers; }
  void leave() { coroutine_.cancel(); }
  // After leave(), as the session does it when the server ends.
  bool conclude(TaskGroup& group, const Error& why) {
    if (!state_->response.source->conclude(why)) return false;
    coroutine_ = group.spawn(read(state_));
    return true;
  }

 private:
  struct State {
    explicit State(http::Response given) : response(std::move(given)) {}
    http::Response response;
    std::string text;
    std::vector<SharedBytes> pieces;
    bool over = false;
  };

  static Async<void> read(std::shared_ptr<State> state) {
    for (;;) {
      auto piece = co_await state->response.source->next();
      if (!piece.value()) break;
      state->text += **piece;
      state->pieces.push_back(std::move(*piece));
    }
    state->over = true;
    if (state->response.written) state->response.written();
  }

  std::shared_ptr<State> state_;
  TaskGroup::Member coroutine_;
};

}  // namespace gw::test
