#include "bench/load/stub_upstream.hpp"

#include "base/digest.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <linux/sockios.h>
#include <memory>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace gw::bench {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kModels =
    R"({"models":[{"id":"Qwen-Image","name":"Qwen-Image","use_i2i":false,"use_t2i":true,)"
    R"("maxImages":0,"tags":[]}],"total":1})";

// More than any measurement has calls at the same time.
constexpr int kThreads = 64;

std::string minute_of(std::chrono::sys_seconds time) {
  const auto seconds = time.time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y%m%d%H%M", &parts);
  return text.data();
}

std::size_t body_size(std::string_view head) {
  constexpr std::string_view kLength = "Content-Length: ";
  const auto at = head.find(kLength);
  return at == head.npos ? 0 : std::strtoul(head.data() + at + kLength.size(), nullptr, 10);
}

void wait_until_taken(const Descriptor& socket) {
  int unacknowledged = 1;
  while (::ioctl(socket.number(), SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0)
    std::this_thread::sleep_for(std::chrono::microseconds(200));
}

std::chrono::seconds ahead_by(std::chrono::seconds minute_left) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto left = std::chrono::ceil<std::chrono::minutes>(now) - now;
  return left - minute_left;
}

}  // namespace

std::string json_answer(std::string_view body) {
  std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  return answer.append(body);
}

std::string_view send_beginning(const Descriptor& socket, std::string_view answer) {
  constexpr std::size_t kEnd = 16u << 10;
  const auto beginning = answer.size() - std::min(kEnd, answer.size());
  send_all(socket, answer.substr(0, beginning));
  wait_until_taken(socket);
  return answer.substr(beginning);
}

StubUpstream::StubUpstream(std::uint16_t port, Scheme scheme, Draw draw)
    : scheme_(std::move(scheme)), ahead_(ahead_by(scheme_.minute_left)), draw_(std::move(draw)) {
  const auto door = std::make_shared<const Descriptor>(listen_on(port));
  for (int i = 0; i < kThreads; ++i) std::thread([this, door] { accept_all(*door); }).detach();
}

std::map<std::string, int> StubUpstream::calls_by_minute() const {
  const std::lock_guard lock(mutex_);
  return calls_by_minute_;
}

void StubUpstream::accept_all(const Descriptor& door) {
  try {
    for (;;) serve(accept_from(door));
  } catch (const std::exception& error) {
    // Half the figures would be wrong: no reason to go on.
    std::fprintf(stderr, "stub upstream: %s\n", error.what());
    std::_Exit(1);
  }
}

void StubUpstream::serve(const Descriptor& socket) {
  std::string input;
  while (serve_one(socket, input)) {
  }
}

bool StubUpstream::serve_one(const Descriptor& socket, std::string& input) {
  while (!input.contains(kEndOfHead)) {
    if (!receive_onto(input, socket)) return false;
  }
  const auto head = input.substr(0, input.find(kEndOfHead) + kEndOfHead.size());
  const auto size = head.size() + body_size(head);
  while (input.size() < size) {
    if (!receive_onto(input, socket)) return false;
  }
  const auto arrived = Clock::now();
  auto body = input.substr(head.size(), size - head.size());
  input.erase(0, size);
  answer(head, {.body = std::move(body), .arrived = arrived}, socket);
  return true;
}

void StubUpstream::answer(std::string_view head, const Call& call, const Descriptor& socket) {
  if (head.starts_with("GET /api/time")) return send_all(socket, json_answer(time_answer()));
  if (head.starts_with("GET ")) return send_all(socket, json_answer(kModels));
  if (!token_is_right(head)) throw std::runtime_error("a wrong token");
  draw_(call, socket);
}

// The server's minute and the one before, never the next.
bool StubUpstream::token_is_right(std::string_view head) {
  if (scheme_.site_key.empty()) return true;
  const auto now = server_time();
  for (const auto time : {now, now - std::chrono::minutes(1)}) {
    const auto minute = minute_of(time);
    if (!head.contains("Authorization: Bearer " + md5_hex(scheme_.site_key + minute) + "\r\n"))
      continue;
    const std::lock_guard lock(mutex_);
    ++calls_by_minute_[minute];
    return true;
  }
  return false;
}

std::chrono::sys_seconds StubUpstream::server_time() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + ahead_;
}

std::string StubUpstream::time_answer() const {
  const auto now = std::chrono::system_clock::now() + ahead_;
  const auto since = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
  return R"({"timestamp":)" + std::to_string(since.count()) + R"(,"timeString":")" +
         minute_of(server_time()) + "\"}";
}

}  // namespace gw::bench
