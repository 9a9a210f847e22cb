// The gateway's memory while many large answers are in it at the same time, and afterwards.
//   pictures_in_flight <port> <upstream port> <process id> <key> <pictures> <bytes>
// The worst case of that many: the upstream holds back the end of each answer until all the rest is
// in the gateway, and the clients read nothing until every answer has been worked on. Prints one
// "name value" a line; the largest of several rounds.
#include "bench/load/figures.hpp"
#include "bench/load/http_client.hpp"
#include "bench/load/pictures.hpp"
#include "bench/load/process_facts.hpp"
#include "bench/load/requests.hpp"
#include "bench/load/stub_upstream.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace gw::bench;

constexpr int kRounds = 3;
constexpr auto kPause = std::chrono::milliseconds(1);
// The gateway has then done all it can do without readers.
constexpr auto kUntilWorkedOn = std::chrono::milliseconds(500);
constexpr unsigned kQuietSeconds = 10;

struct Plan {
  std::uint16_t port;
  std::uint16_t upstream_port;
  pid_t process;
  std::string key;
  std::size_t count;
  std::size_t picture_bytes;
};

// The highest memory while it lives.
class Peak final {
 public:
  explicit Peak(pid_t process)
      : sampler_([this, process](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const auto now = memory_of(process).anonymous_kb;
            if (now > highest_) highest_ = now;
            std::this_thread::sleep_for(kPause);
          }
        }) {}
  long kb() const { return highest_; }

 private:
  std::atomic<long> highest_{0};
  std::jthread sampler_;
};

// One round's meeting points.
struct Round {
  explicit Round(std::size_t count) : all_but_the_end(static_cast<std::ptrdiff_t>(count)) {}
  std::latch all_but_the_end;
  std::latch end{1};
};

class Measurement final {
 public:
  explicit Measurement(Plan plan)
      : plan_(std::move(plan)),
        pictures_(8, plan_.picture_bytes),
        upstream_(plan_.upstream_port, {},
                  [this](const StubUpstream::Call& call, const Descriptor& socket) {
                    answer_in_two(pictures_.answer(number_in(call.body)), socket);
                  }) {}

  void run() {
    std::printf("before_kb %ld\n", memory_of(plan_.process).anonymous_kb);
    std::vector<HttpClient> clients;
    for (std::size_t i = 0; i < plan_.count; ++i) clients.emplace_back(plan_.port);
    for (int round = 0; round < kRounds; ++round) run_round(clients, round);
    std::printf("received_kb %ld\npeak_kb %ld\n", received_kb_, peak_kb_);
    ::sleep(kQuietSeconds);
    std::printf("later_kb %ld\n", memory_of(plan_.process).anonymous_kb);
  }

 private:
  void answer_in_two(const std::string& body, const Descriptor& socket) {
    auto& round = *round_.load();
    const auto answer = json_answer(body);
    const auto end = send_beginning(socket, answer);
    round.all_but_the_end.count_down();
    round.end.wait();
    send_all(socket, end);
  }

  void run_round(std::vector<HttpClient>& clients, int serial) {
    rounds_.push_back(std::make_unique<Round>(plan_.count));
    auto& round = *rounds_.back();
    round_ = &round;
    const auto first = static_cast<std::uint64_t>(serial) * plan_.count;
    const Peak peak(plan_.process);
    for (std::size_t i = 0; i < clients.size(); ++i)
      clients[i].send(drawing_request(Door::gateway, plan_.key, first + i));
    round.all_but_the_end.wait();
    received_kb_ = std::max(received_kb_, memory_of(plan_.process).anonymous_kb);
    round.end.count_down();
    std::this_thread::sleep_for(kUntilWorkedOn);
    for (std::size_t i = 0; i < clients.size(); ++i)
      pictures_.check(clients[i].receive(), first + i);
    peak_kb_ = std::max(peak_kb_, peak.kb());
  }

  const Plan plan_;
  const Pictures pictures_;
  std::vector<std::unique_ptr<Round>> rounds_;  // until the end: the upstream's threads use them
  std::atomic<Round*> round_ = nullptr;
  long received_kb_ = 0;
  long peak_kb_ = 0;
  const StubUpstream upstream_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fputs(
        "usage: pictures_in_flight <port> <upstream port> <process id> <key> <pictures> <bytes>\n",
        stderr);
    return 2;
  }
  try {
    Measurement({.port = static_cast<std::uint16_t>(std::stoul(argv[1])),
                 .upstream_port = static_cast<std::uint16_t>(std::stoul(argv[2])),
                 .process = std::stoi(argv[3]),
                 .key = argv[4],
                 .count = std::stoul(argv[5]),
                 .picture_bytes = std::stoul(argv[6])})
        .run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pictures_in_flight: %s\n", error.what());
    return 1;
  }
}
