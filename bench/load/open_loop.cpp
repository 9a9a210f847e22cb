// Requests at a fixed rate, whatever the answers do, and how long each took.
//   open_loop <port> <gateway|upstream> <key> <rate> <seconds> <folder of answers>
// A request's time runs from the moment it was due, not from the moment it could be sent, so a
// server that stalls is charged for everything that had to wait meanwhile (no coordinated
// omission). Every answer is compared with the pictures in the folder. Prints one "name value" a
// line; fails when an answer is wrong or one is missing.
#include "base/event.hpp"
#include "bench/load/figures.hpp"
#include "bench/load/pictures.hpp"
#include "bench/load/requests.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <cstdio>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace gw;
using namespace gw::bench;
using asio::ip::tcp;
using Socket = asio::basic_stream_socket<tcp, Executor>;

// More are not opened: what is due then waits, and its time runs.
constexpr std::size_t kMostConnections = 512;
constexpr auto kPatience = std::chrono::seconds(30);

struct Plan {
  std::uint16_t port;
  Door door;
  std::string key;
  double rate;
  double seconds;

  std::size_t requests() const { return static_cast<std::size_t>(rate * seconds); }
  Clock::time_point due(Clock::time_point start, std::size_t number) const {
    return start + std::chrono::duration_cast<Clock::duration>(
                       std::chrono::duration<double>(static_cast<double>(number) / rate));
  }
};

std::size_t length_in(std::string_view head) {
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const auto at = head.find(kLength);
  if (!head.starts_with("HTTP/1.1 200 ") || at == head.npos)
    throw std::runtime_error("unexpected answer: " + std::string(head.substr(0, head.find('\r'))));
  return std::stoul(std::string(head.substr(at + kLength.size(), 20)));
}

class OpenLoop final {
 public:
  OpenLoop(Plan plan, const Pictures& pictures)
      : plan_(std::move(plan)), pictures_(pictures), serial_(std::random_device()()) {}

  void run();
  void print() const;

 private:
  struct Client {
    explicit Client(Executor io) : socket(io) {}
    Socket socket;
    std::string input;
  };
  using ClientPointer = std::unique_ptr<Client>;

  Async<void> keep_time();
  void start_due();
  Async<void> serve(ClientPointer client, Clock::time_point due);
  Async<std::string> ask(Client& client);

  asio::io_context io_{1};
  const Plan plan_;
  const Pictures& pictures_;
  std::uint64_t serial_;  // no two runs ask for the same
  std::deque<Clock::time_point> due_;
  std::vector<ClientPointer> idle_;
  std::size_t clients_ = 0;
  std::vector<double> times_;
  Clock::time_point start_;
  Clock::time_point end_;
};

void OpenLoop::run() {
  asio::co_spawn(io_, keep_time(), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io_.run_for(std::chrono::duration_cast<std::chrono::seconds>(
                  std::chrono::duration<double>(plan_.seconds)) +
              kPatience);
  if (times_.size() != plan_.requests())
    throw std::runtime_error(std::to_string(plan_.requests() - times_.size()) +
                             " requests were never answered");
}

Async<void> OpenLoop::keep_time() {
  Event::Timer timer(io_.get_executor());
  start_ = Clock::now();
  for (std::size_t number = 0; number < plan_.requests();) {
    timer.expires_at(plan_.due(start_, number));
    co_await timer.async_wait(use_awaitable);
    const auto now = Clock::now();
    while (number < plan_.requests() && plan_.due(start_, number) <= now)
      due_.push_back(plan_.due(start_, number++));
    start_due();
  }
}

void OpenLoop::start_due() {
  while (!due_.empty() && (!idle_.empty() || clients_ < kMostConnections)) {
    if (idle_.empty()) {
      idle_.push_back(std::make_unique<Client>(io_.get_executor()));
      ++clients_;
    }
    auto client = std::move(idle_.back());
    idle_.pop_back();
    asio::co_spawn(io_, serve(std::move(client), due_.front()), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    due_.pop_front();
  }
}

Async<void> OpenLoop::serve(ClientPointer client, Clock::time_point due) {
  const auto body = co_await ask(*client);
  end_ = Clock::now();
  times_.push_back(milliseconds(end_ - due));
  idle_.push_back(std::move(client));
  start_due();
  pictures_.check(body);
}

Async<std::string> OpenLoop::ask(Client& client) {
  if (!client.socket.is_open()) {
    const tcp::endpoint door(asio::ip::address_v4::loopback(), plan_.port);
    co_await client.socket.async_connect(door, use_awaitable);
    client.socket.set_option(tcp::no_delay(true));
  }
  const auto request = drawing_request(plan_.door, plan_.key, ++serial_);
  co_await asio::async_write(client.socket, asio::buffer(request), use_awaitable);
  const auto head = co_await asio::async_read_until(
      client.socket, asio::dynamic_buffer(client.input), "\r\n\r\n", use_awaitable);
  const auto length = length_in(std::string_view(client.input).substr(0, head));
  const auto here = client.input.size();
  if (here < head + length) {
    client.input.resize(head + length);
    co_await asio::async_read(client.socket,
                              asio::buffer(client.input.data() + here, client.input.size() - here),
                              use_awaitable);
  }
  auto body = client.input.substr(head, length);
  client.input.clear();
  co_return body;
}

void OpenLoop::print() const {
  const std::chrono::duration<double> spent = end_ - start_;
  std::printf("requests %zu\nanswers_per_second %.1f\nconnections %zu\n", times_.size(),
              static_cast<double>(times_.size()) / spent.count(), clients_);
  std::printf("p50_ms %.3f\np90_ms %.3f\np99_ms %.3f\nmost_ms %.3f\n", quantile(times_, 0.5),
              quantile(times_, 0.9), quantile(times_, 0.99), quantile(times_, 1));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fputs(
        "usage: open_loop <port> <gateway|upstream> <key> <rate> <seconds> <folder of answers>\n",
        stderr);
    return 2;
  }
  try {
    const auto pictures = Pictures::read(argv[6]);
    OpenLoop loop({.port = static_cast<std::uint16_t>(std::stoul(argv[1])),
                   .door = door_of(argv[2]),
                   .key = argv[3],
                   .rate = std::stod(argv[4]),
                   .seconds = std::stod(argv[5])},
                  pictures);
    loop.run();
    loop.print();
  } catch (const boost::system::system_error& error) {
    std::fprintf(stderr, "open_loop: %s\n", error.code().message().c_str());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "open_loop: %s\n", error.what());
    return 1;
  }
}
