#include "bench/load/crowd.hpp"

#include <algorithm>
#include <poll.h>
#include <stdexcept>
#include <string>

namespace gw::bench {
namespace {

// So many may be ahead of what the gateway has accepted: fewer than the kernel's accept queue, or
// connections would be lost and tried again a second later.
constexpr std::size_t kMostAhead = 1'000;

std::vector<pollfd> polled(const std::vector<Descriptor>& sockets) {
  std::vector<pollfd> watched;
  watched.reserve(sockets.size());
  for (const auto& socket : sockets) watched.push_back({socket.number(), POLLIN, 0});
  if (::poll(watched.data(), watched.size(), 0) < 0)
    throw std::runtime_error("the sockets cannot be polled");
  return watched;
}

}  // namespace

void Crowd::join() {
  auto socket = connect_to(port_);
  if (!socket.open())
    throw std::runtime_error("no connection: is the limit of open files too low?");
  send_all(socket, request_(sockets_.size()));
  sockets_.push_back(std::move(socket));
}

void Crowd::gather(GatewayView& gateway, std::size_t count) {
  while (size() < count) {
    join();
    if (size() % (kMostAhead / 2) != 0) continue;
    wait_until([&] { return gateway.waiting() + kMostAhead >= size(); }, "accepted so far");
  }
  wait_until([&] { return gateway.waiting() == count; }, "all accepted");
}

void Crowd::one_leaves() {
  sockets_.pop_back();
}

void Crowd::all_leave() {
  sockets_.clear();
}

void Crowd::check_that_all_wait() const {
  const auto answered =
      std::ranges::count_if(polled(sockets_), [](const pollfd& p) { return p.revents != 0; });
  if (answered != 0) throw std::runtime_error(std::to_string(answered) + " did not have to wait");
}

void Crowd::hear(const Heard& heard) const {
  const auto watched = polled(sockets_);
  std::string bytes;
  for (std::size_t client = 0; client < watched.size(); ++client) {
    if (watched[client].revents == 0) continue;
    bytes.clear();
    if (!receive_onto(bytes, sockets_[client]))
      throw std::runtime_error("the gateway closed a connection");
    heard(client, bytes);
  }
}

}  // namespace gw::bench
