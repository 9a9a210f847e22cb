#include "bench/load/crowd.hpp"

#include "bench/load/requests.hpp"

#include <algorithm>
#include <poll.h>
#include <stdexcept>

namespace gw::bench {

void Crowd::join() {
  auto socket = connect_to(port_);
  if (!socket.open())
    throw std::runtime_error("no connection: is the limit of open files too low?");
  send_all(socket, drawing_request(Door::gateway, key_, sockets_.size()));
  sockets_.push_back(std::move(socket));
}

void Crowd::one_leaves() {
  sockets_.pop_back();
}

void Crowd::all_leave() {
  sockets_.clear();
}

void Crowd::check_that_all_wait() const {
  std::vector<pollfd> watched;
  for (const auto& socket : sockets_) watched.push_back({socket.number(), POLLIN, 0});
  const int answered = ::poll(watched.data(), watched.size(), 0);
  if (answered != 0) throw std::runtime_error(std::to_string(answered) + " did not have to wait");
}

}  // namespace gw::bench
