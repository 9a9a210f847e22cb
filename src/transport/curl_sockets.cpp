#include "transport/curl_sockets.hpp"

#include <fmt/format.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gw {
namespace {

std::string text(const ConnectionEnds& ends) {
  return fmt::format("{} {} {} {}", ends.local_port, ends.local_ip, ends.peer_port, ends.peer_ip);
}

// 0 when it has none.
int local_port(curl_socket_t socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET)
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

}  // namespace

curl_socket_t CurlSockets::open(const curl_sockaddr& address) {
  const auto socket = ::socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
  if (socket < 0) return CURL_SOCKET_BAD;
  ends_[socket].clear();
  return socket;
}

void CurlSockets::close(curl_socket_t socket) {
  if (const auto known = ends_.find(socket); known != ends_.end()) {
    connections_.erase(known->second);
    ends_.erase(known);
  }
  ::close(socket);
}

void CurlSockets::connected(const ConnectionEnds& ends, std::span<const curl_socket_t> opened) {
  for (const auto socket : opened) {
    const auto known = ends_.find(socket);
    if (known == ends_.end() || local_port(socket) != ends.local_port) continue;
    known->second = text(ends);
    connections_[known->second] = socket;
    return;
  }
}

bool CurlSockets::is_quiet(const ConnectionEnds& ends) const {
  const auto known = connections_.find(text(ends));
  if (known == connections_.end()) return false;
  pollfd state{.fd = known->second, .events = POLLIN | POLLRDHUP, .revents = 0};
  return poll(&state, 1, 0) == 0;
}

}  // namespace gw
