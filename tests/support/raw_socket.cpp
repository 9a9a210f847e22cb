#include "tests/support/raw_socket.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gw::test {
namespace {

[[noreturn]] void give_up(const std::string& what) {
  throw std::runtime_error("raw socket: " + what);
}

void wait_for(int descriptor, short events, std::chrono::milliseconds patience) {
  pollfd entry{descriptor, events, 0};
  if (::poll(&entry, 1, static_cast<int>(patience.count())) != 1)
    give_up("nothing happened in time");
}

}  // namespace

std::optional<std::string> RawAnswer::header(std::string_view name) const {
  std::string_view rest(head);
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    const auto colon = line.find(':');
    if (colon == line.npos || !equals_ignoring_case(line.substr(0, colon), name)) continue;
    return std::string(trim(line.substr(colon + 1)));
  }
  return std::nullopt;
}

RawSocket::RawSocket(std::uint16_t port, std::chrono::milliseconds patience)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), patience_(patience) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const auto reason = errno;
    close();
    give_up(std::string("cannot connect: ") + std::strerror(reason));
  }
}

RawSocket::~RawSocket() {
  close();
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      patience_(other.patience_),
      buffer_(std::move(other.buffer_)) {}

void RawSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    wait_for(descriptor_, POLLOUT, patience_);
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) give_up(std::string("cannot send: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RawSocket::send_what_is_taken(std::string_view bytes) {
  while (!bytes.empty()) {
    wait_for(descriptor_, POLLOUT, patience_);
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawSocket::fill() {
  wait_for(descriptor_, POLLIN, patience_);
  char bytes[64 * 1024];
  const auto count = ::recv(descriptor_, bytes, sizeof bytes, 0);
  if (count < 0 && errno != ECONNRESET)
    give_up(std::string("cannot receive: ") + std::strerror(errno));
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string RawSocket::take(std::size_t count) {
  auto taken = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return taken;
}

std::string RawSocket::receive(std::size_t count) {
  while (buffer_.size() < count) {
    if (!fill()) give_up("the peer closed after " + std::to_string(buffer_.size()) + " bytes");
  }
  return take(count);
}

std::string RawSocket::receive_until(std::string_view marker) {
  for (;;) {
    const auto at = buffer_.find(marker);
    if (at != std::string::npos) return take(at + marker.size());
    if (!fill()) give_up("the peer closed; received: " + buffer_);
  }
}

std::string RawSocket::receive_rest() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

std::string RawSocket::receive_chunks() {
  std::string body;
  for (;;) {
    const auto size = std::stoul(receive_until("\r\n"), nullptr, 16);
    body += receive(size);
    if (receive(2) != "\r\n") give_up("a chunk does not end with CRLF");
    if (size == 0) return body;
  }
}

RawAnswer RawSocket::receive_answer(ExpectBody body) {
  RawAnswer answer;
  answer.head = receive_until("\r\n\r\n");
  if (!answer.head.starts_with("HTTP/1.1 ") || answer.head.size() < 12) give_up("no status line");
  answer.status = std::stoi(answer.head.substr(9, 3));
  const bool bodiless =
      body == ExpectBody::no || answer.status < 200 || answer.status == 204 || answer.status == 304;
  if (bodiless) return answer;
  if (const auto length = answer.header("Content-Length")) {
    answer.body = receive(std::stoul(*length));
  } else if (answer.header("Transfer-Encoding")) {
    answer.body = receive_chunks();
  } else {
    answer.body = receive_rest();
  }
  return answer;
}

bool RawSocket::at_end() {
  return buffer_.empty() && !fill();
}

void RawSocket::shutdown_send() {
  ::shutdown(descriptor_, SHUT_WR);
}

void RawSocket::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void RawSocket::reset() {
  const linger hard{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close();
}

}  // namespace gw::test
