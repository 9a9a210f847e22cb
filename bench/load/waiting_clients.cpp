// What it costs when N clients wait for a slot, and what happens when they all go.
//   waiting_clients <port> <process id of the gateway> <N> <key>
// Prints one "name value" a line. The gateway must have few slots, a long drawing time and room for
// N + 8 connections and N tasks.
#include "bench/load/crowd.hpp"
#include "bench/load/gateway_view.hpp"
#include "bench/load/process_facts.hpp"
#include "bench/load/requests.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <unistd.h>

namespace {

using namespace gw::bench;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(60);
// The gateway gives memory back some seconds after it has become quiet.
constexpr unsigned kQuietSeconds = 12;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void measure(std::uint16_t port, pid_t process, std::size_t count, const std::string& key) {
  GatewayView gateway(port);
  Crowd crowd(port, [&key](auto number) { return drawing_request(Door::gateway, key, number); });
  // One request and one look at each page, so that code and tables that are there once do not
  // count.
  crowd.join();
  wait_until([&] { return gateway.waiting() == 1 && gateway.parked() == 0; }, "the first waits");

  const auto before = memory_of(process);
  const auto cpu_before = cpu_seconds_of(process);
  auto start = Clock::now();
  crowd.gather(gateway, count);
  std::printf("accepted_ms %.0f\n", milliseconds_since(start));
  std::printf("accept_cpu_us %.0f\n",
              (cpu_seconds_of(process) - cpu_before) * 1e6 / static_cast<double>(count - 1));
  crowd.check_that_all_wait();
  const auto during = memory_of(process);
  std::printf("rss_before_kb %ld\nrss_waiting_kb %ld\n", before.resident_kb, during.resident_kb);
  std::printf("bytes_per_request %.0f\n",
              static_cast<double>(during.resident_kb - before.resident_kb) * 1024 /
                  static_cast<double>(count - 1));

  start = Clock::now();
  crowd.one_leaves();
  while (gateway.parked() == 0 && Clock::now() - start < kPatience) continue;
  std::printf("one_departure_ms %.1f\n", milliseconds_since(start));

  const auto running = gateway.running();
  start = Clock::now();
  crowd.all_leave();
  wait_until([&] { return gateway.parked() + running == count; }, "all departures noticed");
  std::printf("departures_ms %.0f\n", milliseconds_since(start));
  std::printf("rss_parked_kb %ld\n", memory_of(process).resident_kb);
  ::sleep(kQuietSeconds);
  std::printf("rss_quiet_kb %ld\n", memory_of(process).resident_kb);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: waiting_clients <port> <process id> <clients> <key>\n", stderr);
    return 2;
  }
  try {
    raise_file_limit();
    measure(static_cast<std::uint16_t>(std::stoul(argv[1])), std::stoi(argv[2]),
            std::stoul(argv[3]), argv[4]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "waiting_clients: %s\n", error.what());
    return 1;
  }
}
