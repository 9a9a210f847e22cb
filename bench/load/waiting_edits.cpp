// What it costs when N edits with a large picture each wait for a slot.
//   waiting_edits <port> <process id of the gateway> <N> <key> <bytes of a picture>
// Prints one "name value" a line. The gateway must have few slots, a long drawing time and room for
// N + 8 tasks and their pictures.
#include "bench/load/crowd.hpp"
#include "bench/load/gateway_view.hpp"
#include "bench/load/noise_picture.hpp"
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

// They come first and go on waiting, so that code, tables and the heaps of threads that are there
// once do not count; some of them have a slot, and their pictures in memory.
constexpr std::size_t kFirst = 8;
// The gateway gives memory back within some seconds.
constexpr unsigned kQuietSeconds = 12;

void measure(std::uint16_t port, pid_t process, std::size_t count, const std::string& key,
             std::size_t bytes) {
  GatewayView gateway(port);
  Crowd crowd(port,
              [&](auto number) { return edit_request(key, noise_picture(bytes, number), number); });
  crowd.gather(gateway, kFirst);
  ::sleep(kQuietSeconds);

  const auto before = memory_of(process);
  const auto cpu_before = cpu_seconds_of(process);
  const auto start = Clock::now();
  crowd.gather(gateway, kFirst + count);
  const std::chrono::duration<double, std::milli> accepted = Clock::now() - start;
  const auto cpu = cpu_seconds_of(process) - cpu_before;
  const auto at_once = memory_of(process);
  ::sleep(kQuietSeconds);
  crowd.check_that_all_wait();
  const auto during = memory_of(process);

  const auto grown = static_cast<double>(during.resident_kb - before.resident_kb) * 1024;
  std::printf("accepted_ms %.0f\n", accepted.count());
  std::printf("accept_cpu_ms %.1f\n", cpu * 1e3 / static_cast<double>(count));
  std::printf("rss_before_kb %ld\nrss_accepted_kb %ld\nrss_waiting_kb %ld\n", before.resident_kb,
              at_once.resident_kb, during.resident_kb);
  std::printf("bytes_per_edit %.0f\n", grown / static_cast<double>(count));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: waiting_edits <port> <process id> <edits> <key> <bytes>\n", stderr);
    return 2;
  }
  try {
    raise_file_limit();
    measure(static_cast<std::uint16_t>(std::stoul(argv[1])), std::stoi(argv[2]),
            std::stoul(argv[3]), argv[4], std::stoul(argv[5]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "waiting_edits: %s\n", error.what());
    return 1;
  }
}
