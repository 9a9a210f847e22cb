#include "bench/load/http_client.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace gw::bench {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kLength = "\r\nContent-Length: ";
// As many as wait in the kernel for a crowd to be accepted.
constexpr int kBacklog = 4'096;

std::size_t content_length(std::string_view head) {
  const auto at = head.find(kLength);
  if (!head.starts_with("HTTP/1.1 200 ") || at == head.npos) {
    throw std::runtime_error("unexpected answer: " + std::string(head.substr(0, head.find('\r'))));
  }
  const auto digits = head.substr(at + kLength.size());
  std::size_t length = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), length);
  return length;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Descriptor tcp_socket() {
  return Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (open()) ::close(number_);
}

Descriptor connect_to(std::uint16_t port) {
  auto socket = tcp_socket();
  const auto address = loopback(port);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.number(), where, sizeof address) != 0) return {};
  const timeval patience{.tv_sec = 60, .tv_usec = 0};
  ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return socket;
}

Descriptor listen_on(std::uint16_t port) {
  auto socket = tcp_socket();
  const int yes = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const auto address = loopback(port);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(socket.number(), where, sizeof address) != 0 ||
      ::listen(socket.number(), kBacklog) != 0) {
    throw std::runtime_error("port " + std::to_string(port) + " is taken");
  }
  return socket;
}

Descriptor accept_from(const Descriptor& door) {
  Descriptor socket(::accept4(door.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket.open()) throw std::runtime_error("a connection cannot be accepted");
  const int yes = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return socket;
}

void send_all(const Descriptor& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the server does not read");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool receive_onto(std::string& input, const Descriptor& socket) {
  constexpr std::size_t kMost = 256u << 10;
  const auto here = input.size();
  ssize_t count = 0;
  input.resize_and_overwrite(here + kMost, [&](char* bytes, std::size_t) {
    count = ::recv(socket.number(), bytes + here, kMost, 0);
    return here + static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  });
  return count > 0;
}

HttpClient::HttpClient(std::uint16_t port) : socket_(connect_to(port)) {
  if (!socket_.open()) throw std::runtime_error("nobody listens on port " + std::to_string(port));
}

std::string HttpClient::get(std::string_view path) {
  return ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

std::string HttpClient::ask(std::string_view request) {
  send(request);
  return receive();
}

void HttpClient::send(std::string_view request) {
  send_all(socket_, request);
}

std::string HttpClient::receive() {
  while (input_.find(kEndOfHead) == input_.npos) receive_more();
  const auto head = input_.find(kEndOfHead) + kEndOfHead.size();
  const auto end = head + content_length(std::string_view(input_).substr(0, head));
  input_.reserve(end);
  while (input_.size() < end) receive_more();
  auto body = input_.substr(head, end - head);
  input_.erase(0, end);
  return body;
}

void HttpClient::receive_more() {
  if (!receive_onto(input_, socket_))
    throw std::runtime_error("the server closed the connection or is silent");
}

}  // namespace gw::bench
