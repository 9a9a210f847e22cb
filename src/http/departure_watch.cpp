#include "http/departure_watch.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace gw::http {
namespace {

enum class Peek { nothing, data, end };

Peek peek(Socket& socket) {
  char byte = 0;
  const auto count = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (count > 0) return Peek::data;
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return Peek::nothing;
  return Peek::end;
}

}  // namespace

struct DepartureWatch::State {
  std::shared_ptr<Connection> connection;
  bool watching = true;
  bool gone = false;
};

DepartureWatch::DepartureWatch(std::shared_ptr<Connection> connection)
    : state_(std::make_shared<State>(std::move(connection))) {
  wait(state_);
}

void DepartureWatch::wait(std::shared_ptr<State> state) {
  auto& socket = state->connection->socket();
  socket.async_wait(Socket::wait_read,
                    [state = std::move(state)](const boost::system::error_code& error) {
                      // stop() may come between the readiness and this call. An expired deadline of
                      // the connection ends this wait too, and is no departure.
                      if (!state->watching) return;
                      const bool failed = error && error != asio::error::operation_aborted;
                      const auto seen = failed ? Peek::end : peek(state->connection->socket());
                      if (seen == Peek::nothing) return wait(state);
                      state->watching = false;
                      if (seen == Peek::data) return;
                      state->gone = true;
                      state->connection->cancel_session();
                    });
}

void DepartureWatch::stop() {
  if (!std::exchange(state_->watching, false)) return;
  boost::system::error_code ignored;  // a closed socket has no wait left to cancel
  state_->connection->socket().cancel(ignored);
}

bool DepartureWatch::gone() const {
  return state_->gone;
}

}  // namespace gw::http
