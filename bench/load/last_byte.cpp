// From the last byte that the upstream writes to the last byte that the client has read.
//   last_byte <port> <gateway|upstream> <upstream port> <key> <clients> <rounds> <answer ms>
//   <bytes>
// The upstream is in this program, and what listens on <port> must be set to it. Answers come after
// half to one and a half times the given time, so that they do not come all at once. "Writes" is
// the moment before the last 16 kB go to the kernel, when all before them has arrived. Prints one
// "name value" a line.
#include "bench/load/figures.hpp"
#include "bench/load/http_client.hpp"
#include "bench/load/parallel.hpp"
#include "bench/load/pictures.hpp"
#include "bench/load/requests.hpp"
#include "bench/load/stub_upstream.hpp"

#include <cstdio>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace gw::bench;

struct Plan {
  std::uint16_t port;
  Door door;
  std::uint16_t upstream_port;
  std::string key;
  std::size_t clients;
  std::size_t rounds;
  std::chrono::milliseconds answer_time;
  std::size_t picture_bytes;

  // Spread evenly, in an order that has nothing to do with who asks.
  std::chrono::microseconds time_of(std::uint64_t number) const {
    const auto share = static_cast<double>(number * 2'654'435'761u % 1'000) / 1'000;
    return std::chrono::duration_cast<std::chrono::microseconds>(answer_time * (0.5 + share));
  }
};

class Measurement final {
 public:
  explicit Measurement(Plan plan)
      : plan_(std::move(plan)),
        pictures_(8, plan_.picture_bytes),
        written_(plan_.clients * plan_.rounds),
        upstream_(plan_.upstream_port, {},
                  [this](const StubUpstream::Call& call, const Descriptor& socket) {
                    draw(call, socket);
                  }) {}

  void run() {
    in_parallel(plan_.clients, [this](std::size_t client) { ask_all(client); });
    std::printf("pictures %zu\np50_ms %.3f\np90_ms %.3f\np99_ms %.3f\n", times_.size(),
                quantile(times_, 0.5), quantile(times_, 0.9), quantile(times_, 0.99));
  }

 private:
  void draw(const StubUpstream::Call& call, const Descriptor& socket) {
    const auto number = number_in(call.body);
    const auto answer = json_answer(pictures_.answer(number));
    std::this_thread::sleep_until(call.arrived + plan_.time_of(number));
    const auto end = send_beginning(socket, answer);
    {
      const std::lock_guard lock(mutex_);
      written_.at(number) = Clock::now();
    }
    send_all(socket, end);
  }

  void ask_all(std::size_t client_number) {
    HttpClient client(plan_.port);
    for (std::size_t round = 0; round < plan_.rounds; ++round) {
      const auto number = client_number * plan_.rounds + round;
      const auto body = client.ask(drawing_request(plan_.door, plan_.key, number));
      const auto read = Clock::now();
      pictures_.check(body, number);
      const std::lock_guard lock(mutex_);
      times_.push_back(milliseconds(read - written_.at(number)));
    }
  }

  const Plan plan_;
  const Pictures pictures_;
  std::mutex mutex_;
  std::vector<Clock::time_point> written_;
  std::vector<double> times_;
  const StubUpstream upstream_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 9) {
    std::fputs(
        "usage: last_byte <port> <gateway|upstream> <upstream port> <key> <clients> <rounds> "
        "<answer ms> <picture bytes>\n",
        stderr);
    return 2;
  }
  try {
    Measurement({.port = static_cast<std::uint16_t>(std::stoul(argv[1])),
                 .door = door_of(argv[2]),
                 .upstream_port = static_cast<std::uint16_t>(std::stoul(argv[3])),
                 .key = argv[4],
                 .clients = std::stoul(argv[5]),
                 .rounds = std::stoul(argv[6]),
                 .answer_time = std::chrono::milliseconds(std::stoul(argv[7])),
                 .picture_bytes = std::stoul(argv[8])})
        .run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "last_byte: %s\n", error.what());
    return 1;
  }
}
