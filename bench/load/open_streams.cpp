// What it costs when N clients have a stream open, hear its heartbeats and wait for a slot.
//   open_streams <port> <process id of the gateway> <N> <key> <seconds between heartbeats>
// Prints one "name value" a line. The gateway must have few slots, a long drawing time and room for
// N + 8 connections and N tasks.
#include "bench/load/crowd.hpp"
#include "bench/load/gateway_view.hpp"
#include "bench/load/process_facts.hpp"
#include "bench/load/requests.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace {

using namespace gw::bench;
using Clock = std::chrono::steady_clock;

// Both kinds of comment that a client hears before its picture.
constexpr std::string_view kQueued = ": queued ";
constexpr std::string_view kDrawing = ": drawing ";

std::size_t occurrences(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
  return count;
}

// How many comments each client has heard. What is torn between two reads is not counted.
class Ears final {
 public:
  explicit Ears(const Crowd& crowd) : crowd_(crowd), heard_(crowd.size()) {}

  void listen(Clock::duration time) {
    const auto end = Clock::now() + time;
    while (Clock::now() < end) {
      crowd_.hear([this](std::size_t client, std::string_view bytes) { take(client, bytes); });
      ::usleep(20'000);
    }
  }
  std::size_t least() const { return std::ranges::min(heard_); }
  std::size_t all() const { return all_; }

 private:
  void take(std::size_t client, std::string_view bytes) {
    if (bytes.contains("data: ")) throw std::runtime_error("a client did not have to wait");
    const auto comments = occurrences(bytes, kQueued) + occurrences(bytes, kDrawing);
    heard_[client] += comments;
    all_ += comments;
  }

  const Crowd& crowd_;
  std::vector<std::size_t> heard_;
  std::size_t all_ = 0;
};

void measure(std::uint16_t port, pid_t process, std::size_t count, const std::string& key,
             std::chrono::seconds heartbeat) {
  GatewayView gateway(port);
  Crowd crowd(port, [&key](auto number) { return streamed_request(key, number); });
  // One stream first, so that code and tables that are there once do not count.
  crowd.gather(gateway, 1);
  const auto before = memory_of(process);
  const auto start = Clock::now();
  crowd.gather(gateway, count);
  const std::chrono::duration<double, std::milli> accepted = Clock::now() - start;
  // What came at the start of each stream is read and does not count.
  Ears(crowd).listen(heartbeat);

  Ears ears(crowd);
  const auto cpu_before = cpu_seconds_of(process);
  ears.listen(heartbeat * 5 / 2);
  const auto cpu = cpu_seconds_of(process) - cpu_before;
  if (ears.least() < 2)
    throw std::runtime_error("a client heard " + std::to_string(ears.least()) +
                             " heartbeats instead of 2");
  const auto during = memory_of(process);
  const auto grown = static_cast<double>(during.resident_kb - before.resident_kb) * 1024;
  std::printf("accepted_ms %.0f\n", accepted.count());
  std::printf("heartbeat_cpu_us %.1f\n", cpu * 1e6 / static_cast<double>(ears.all()));
  std::printf("rss_before_kb %ld\nrss_open_kb %ld\n", before.resident_kb, during.resident_kb);
  std::printf("bytes_per_stream %.0f\n", grown / static_cast<double>(count - 1));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: open_streams <port> <process id> <streams> <key> <seconds>\n", stderr);
    return 2;
  }
  try {
    raise_file_limit();
    measure(static_cast<std::uint16_t>(std::stoul(argv[1])), std::stoi(argv[2]),
            std::stoul(argv[3]), argv[4], std::chrono::seconds(std::stoul(argv[5])));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "open_streams: %s\n", error.what());
    return 1;
  }
}
