#include "app/healthcheck.hpp"

#include "app/start_message.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace gw::app {
namespace {

namespace ip = boost::asio::ip;

class Socket final {
 public:
  explicit Socket(int family) : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Bounds connect, send and receive alike (socket(7)).
void set_patience(int fd, std::chrono::milliseconds patience) {
  const timeval time{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

ip::tcp::endpoint endpoint_of(const std::string& host, std::uint16_t port) {
  auto address = ip::make_address(host);
  if (address.is_unspecified()) {
    address = address.is_v6() ? ip::address(ip::address_v6::loopback())
                              : ip::address(ip::address_v4::loopback());
  }
  return {address, port};
}

// Enough of the answer to hold its status line.
std::string read_start(int fd) {
  std::string answer;
  std::array<char, 512> buffer{};
  while (answer.size() < buffer.size() && answer.find("\r\n") == std::string::npos) {
    const auto size = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (size <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return answer;
}

}  // namespace

Result<void> ask_health(const std::string& host, std::uint16_t port,
                        std::chrono::milliseconds patience) {
  const auto url = local_url(host, port);
  const auto unreachable = [&url] {
    return fail(Error(ErrorKind::upstream_unavailable,
                      fmt::format("{} does not answer: {}", url, std::strerror(errno))));
  };
  const auto endpoint = endpoint_of(host, port);
  const Socket socket(endpoint.protocol().family());
  set_patience(socket.fd(), patience);
  if (::connect(socket.fd(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
    return unreachable();
  }
  const auto request =
      fmt::format("GET /health/live HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                  url.substr(std::string_view("http://").size()));
  if (::send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return unreachable();
  }
  const auto answer = read_start(socket.fd());
  if (answer.empty()) return unreachable();
  if (answer.starts_with("HTTP/1.1 200")) return {};
  return fail(Error(ErrorKind::upstream_error,
                    fmt::format("{} answers {}", url, answer.substr(0, answer.find("\r\n")))));
}

}  // namespace gw::app
