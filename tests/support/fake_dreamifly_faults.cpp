#include "tests/support/fake_dreamifly_faults.hpp"

#include "base/event.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace gw::test {
namespace {

constexpr std::pair<std::string_view, FakeFault> kFaults[] = {
    {"reset", FakeFault::reset},
    {"reset_at_once", FakeFault::reset_at_once},
    {"reset_while_drawing", FakeFault::reset_while_drawing},
    {"reset_after_headers", FakeFault::reset_after_headers},
    {"reset_after_body", FakeFault::reset_after_body},
    {"truncated", FakeFault::truncated},
    {"stall", FakeFault::stall},
    {"stall_in_body", FakeFault::stall_in_body},
    {"cut_json", FakeFault::cut_json},
    {"endless", FakeFault::endless},
    {"html", FakeFault::html},
    {"wrong_label", FakeFault::wrong_label},
    {"trickle", FakeFault::trickle}};

constexpr std::size_t kTricklePieces = 50;
constexpr std::chrono::milliseconds kTricklePause{2};
constexpr std::size_t kEndlessPiece = 64u << 10;

std::string chunked_head() {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
}

std::string chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

// Says nothing until the other side gives up.
Async<void> wait_for_departure(Socket& socket) {
  std::array<char, 256> ignored{};
  boost::system::error_code error;
  while (!error) {
    co_await socket.async_read_some(asio::buffer(ignored),
                                    asio::redirect_error(use_awaitable, error));
  }
}

Async<bool> send_endless(Socket& socket) {
  auto start = chunked_head() + chunk(R"({"imageUrl":"data:image/png;base64,)");
  bool there = co_await write_bytes(socket, std::move(start));
  const auto piece = chunk(std::string(kEndlessPiece, 'A'));
  while (there) there = co_await write_bytes(socket, piece);
  co_return false;
}

Async<bool> send_trickle(Socket& socket, std::string body) {
  Event::Timer timer(socket.get_executor());
  auto rest = std::string_view(body);
  const auto size = body.size() / kTricklePieces + 1;
  bool there = co_await write_bytes(socket, chunked_head());
  while (there && !rest.empty()) {
    timer.expires_after(kTricklePause);
    co_await timer.async_wait(use_awaitable);
    there = co_await write_bytes(socket, chunk(rest.substr(0, size)));
    rest.remove_prefix(std::min(size, rest.size()));
  }
  co_return there&& co_await write_bytes(socket, "0\r\n\r\n");
}

Async<bool> send_and_reset(Socket& socket, std::string bytes) {
  co_await write_bytes(socket, std::move(bytes));
  reset(socket);
  co_return false;
}

Async<bool> send_and_stall(Socket& socket, std::string bytes) {
  co_await write_bytes(socket, std::move(bytes));
  co_await wait_for_departure(socket);
  co_return false;
}

Async<bool> send_truncated(Socket& socket, std::string body) {
  auto bytes = fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      body.size(), body.substr(0, body.size() / 2));
  co_await write_bytes(socket, std::move(bytes));
  co_return false;
}

std::string mislabelled(std::string body) {
  constexpr std::string_view kPng = "image/png";
  if (const auto at = body.find(kPng); at != std::string::npos)
    body.replace(at, kPng.size(), "image/jpeg");
  return body;
}

FakeReply page() {
  return {200, "<!doctype html><html><body>Please wait</body></html>", "text/html"};
}

}  // namespace

std::span<const std::pair<std::string_view, FakeFault>> all_faults() {
  return kFaults;
}

const FakeFault* find_fault(std::string_view name) {
  const auto* found = std::ranges::find(kFaults, name, [](const auto& row) { return row.first; });
  return found == std::end(kFaults) ? nullptr : &found->second;
}

Async<bool> send_reply(Socket& socket, FakeReply reply) {
  auto bytes = fmt::format("HTTP/1.1 {} Status\r\nContent-Type: {}\r\nCache-Control: no-store\r\n",
                           reply.status, reply.content_type);
  for (const auto& [name, value] : reply.headers) bytes += fmt::format("{}: {}\r\n", name, value);
  bytes += "Transfer-Encoding: chunked\r\n\r\n";
  if (!reply.body.empty()) bytes += chunk(reply.body);
  bytes += "0\r\n\r\n";
  co_return co_await write_bytes(socket, std::move(bytes));
}

Async<bool> misbehave(Socket& socket, FakeFault fault, std::string body) {
  FakeReply reply{200, {}, "application/json"};
  switch (fault) {
    case FakeFault::reset:
    case FakeFault::reset_at_once:
    case FakeFault::reset_while_drawing:
      reset(socket);
      co_return false;
    case FakeFault::reset_after_headers:
      co_return co_await send_and_reset(socket, chunked_head());
    case FakeFault::reset_after_body:
      co_return co_await send_and_reset(socket, chunked_head() + chunk(body));
    case FakeFault::truncated:
      co_return co_await send_truncated(socket, std::move(body));
    case FakeFault::stall:
      co_return co_await send_and_stall(socket, "");
    case FakeFault::stall_in_body:
      co_return co_await send_and_stall(socket,
                                        chunked_head() + chunk(body.substr(0, body.size() / 2)));
    case FakeFault::endless:
      co_return co_await send_endless(socket);
    case FakeFault::trickle:
      co_return co_await send_trickle(socket, std::move(body));
    case FakeFault::cut_json:
      reply.body = body.substr(0, body.size() / 2);
      break;
    case FakeFault::html:
      reply = page();
      break;
    case FakeFault::wrong_label:
      reply.body = mislabelled(std::move(body));
      break;
  }
  co_return co_await send_reply(socket, std::move(reply));
}

}  // namespace gw::test
