// Notices, while a request waits for its answer, that its client has left.
#pragma once

#include "http/connection.hpp"

#include <memory>

namespace gw::http {

// Lives on the session's frame while a handler runs or a stream is produced; cancels the session's
// coroutine (terminal), and with it whatever the handler awaits, when the client resets or closes
// its sending side. Watching ends at the first pipelined byte: what is behind it cannot be seen
// without reading it.
class DepartureWatch final {
 public:
  explicit DepartureWatch(std::shared_ptr<Connection> connection);
  ~DepartureWatch() { stop(); }
  DepartureWatch(const DepartureWatch&) = delete;
  DepartureWatch& operator=(const DepartureWatch&) = delete;

  void stop();
  bool gone() const;

 private:
  struct State;
  static void wait(std::shared_ptr<State> state);

  std::shared_ptr<State>
      state_;  // shared with the wait, which may complete after the watch has ended
};

}  // namespace gw::http
