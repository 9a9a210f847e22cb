#include "bench/load/http_client.hpp"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gw::bench {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kLength = "\r\nContent-Length: ";

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
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.number(), where, sizeof address) != 0) return {};
  return socket;
}

void send_all(const Descriptor& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the server does not read");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

HttpClient::HttpClient(std::uint16_t port) : socket_(connect_to(port)) {
  if (!socket_.open()) throw std::runtime_error("nobody listens on port " + std::to_string(port));
}

std::string HttpClient::get(std::string_view path) {
  send_all(socket_, "GET " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  while (input_.find(kEndOfHead) == input_.npos) receive_more();
  const auto head = input_.find(kEndOfHead) + kEndOfHead.size();
  const auto end = head + content_length(std::string_view(input_).substr(0, head));
  while (input_.size() < end) receive_more();
  auto body = input_.substr(head, end - head);
  input_.erase(0, end);
  return body;
}

void HttpClient::receive_more() {
  std::array<char, 16 * 1024> bytes;
  const auto count = ::recv(socket_.number(), bytes.data(), bytes.size(), 0);
  if (count <= 0) throw std::runtime_error("the server closed the connection");
  input_.append(bytes.data(), static_cast<std::size_t>(count));
}

}  // namespace gw::bench
