// From exec to the first 200 of /health/live, and what the idle program holds in memory then.
//   startup_time <runs> <port> <program> [argument…]
// Prints one "name value" a line; the middle of the runs. Beside it the time of `<program>
// version`, which does nothing but load its libraries, run in turn with the others. The last run's
// memory is read after a quiet second.
#include "bench/load/http_client.hpp"
#include "bench/load/process_facts.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using namespace gw::bench;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(10);
constexpr useconds_t kPoll = 200;

// Ends with the program it has started.
class Program final {
 public:
  explicit Program(char** command) : process_(::fork()) {
    if (process_ < 0) throw std::runtime_error("no process could be started");
    if (process_ > 0) return;
    const int nothing = ::open("/dev/null", O_WRONLY);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::execv(command[0], command);
    ::_exit(127);
  }
  ~Program() {
    if (process_ == 0) return;
    ::kill(process_, SIGTERM);
    wait();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t process() const { return process_; }
  void wait() { ::waitpid(std::exchange(process_, 0), nullptr, 0); }

 private:
  pid_t process_;
};

void wait_for_door(std::uint16_t port, Clock::time_point start) {
  while (!connect_to(port).open()) {
    if (Clock::now() - start > kPatience) throw std::runtime_error("the program does not listen");
    ::usleep(kPoll);
  }
}

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double milliseconds_to_answer(std::uint16_t port, Clock::time_point start) {
  wait_for_door(port, start);
  HttpClient(port).get("/health/live");
  return milliseconds_since(start);
}

double milliseconds_to_load(char* program) {
  char version[] = "version";
  std::array<char*, 3> command{program, version, nullptr};
  const auto start = Clock::now();
  Program(command.data()).wait();
  return milliseconds_since(start);
}

double middle(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

void measure(int runs, std::uint16_t port, char** command) {
  std::vector<double> times;
  std::vector<double> loading;
  Memory idle;
  for (int run = 0; run < runs; ++run) {
    loading.push_back(milliseconds_to_load(command[0]));
    const auto start = Clock::now();
    const Program program(command);
    times.push_back(milliseconds_to_answer(port, start));
    if (run + 1 < runs) continue;
    ::sleep(1);
    idle = memory_of(program.process());
  }
  std::printf("first_ms %.1f\nslowest_ms %.1f\n", middle(times), std::ranges::max(times));
  std::printf("loading_ms %.1f\n", middle(loading));
  std::printf("idle_rss_kb %ld\nidle_anonymous_kb %ld\n", idle.resident_kb, idle.anonymous_kb);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: startup_time <runs> <port> <program> [argument...]\n", stderr);
    return 2;
  }
  try {
    measure(std::stoi(argv[1]), static_cast<std::uint16_t>(std::stoul(argv[2])), argv + 3);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "startup_time: %s\n", error.what());
    return 1;
  }
}
