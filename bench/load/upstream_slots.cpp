// How well a backlog keeps the upstream's slots busy, and how well they could be kept busy here.
//   upstream_slots <port> <upstream port> <port without a gateway> <key> <site key> <slots> <tasks>
//                  <answer ms> <picture bytes>
// The gateway must be set to that upstream, site key and number of slots. The upstream's minute
// ends in the middle of the run, so that tokens are signed anew; its answers take up to a tenth
// less or more than the given time, so that they do not come all at once. A slot is busy from the
// arrival of a whole request until the end of its answer goes to the kernel; the time from there to
// the arrival of the next request is what the gateway loses.
//
// The machine loses time too: a core that is not there when an answer comes. So the same drawings
// are asked for a second time with nobody between, by one thread for each slot that sends its next
// request as soon as it has read an answer. Prints one "name value" a line, those of the second
// run with "alone_" before the name.
#include "bench/load/figures.hpp"
#include "bench/load/http_client.hpp"
#include "bench/load/parallel.hpp"
#include "bench/load/pictures.hpp"
#include "bench/load/requests.hpp"
#include "bench/load/stub_upstream.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace gw::bench;

struct Plan {
  std::uint16_t port;
  std::uint16_t upstream_port;
  std::uint16_t alone_port;
  std::string key;
  std::string site_key;
  std::size_t slots;
  std::size_t tasks;
  std::chrono::milliseconds answer_time;
  std::size_t picture_bytes;

  std::chrono::microseconds time_of(std::uint64_t number) const {
    const auto share = static_cast<double>(number * 2'654'435'761u % 1'000) / 1'000;
    return std::chrono::duration_cast<std::chrono::microseconds>(answer_time * (0.9 + share / 5));
  }
  std::chrono::seconds middle() const {
    return std::chrono::duration_cast<std::chrono::seconds>(answer_time * tasks / slots / 2);
  }
};

// What the upstream saw: when requests came and when their answers were out.
class Times final {
 public:
  void add(Clock::time_point arrived, Clock::time_point answered) {
    const std::lock_guard lock(mutex_);
    arrivals_.push_back(arrived);
    answers_.push_back(answered);
  }
  void print(std::string_view prefix, std::size_t slots);

 private:
  double busy_share(std::size_t slots) const;

  std::mutex mutex_;
  std::vector<Clock::time_point> arrivals_;
  std::vector<Clock::time_point> answers_;
};

// From the first request to the last one's arrival: then no backlog is left.
double Times::busy_share(std::size_t slots) const {
  const auto begin = std::ranges::min(arrivals_);
  const auto end = std::ranges::max(arrivals_);
  Clock::duration busy{};
  for (std::size_t i = 0; i < arrivals_.size(); ++i)
    busy += std::min(answers_[i], end) - arrivals_[i];
  return milliseconds(busy) / milliseconds(end - begin) / static_cast<double>(slots);
}

void Times::print(std::string_view prefix, std::size_t slots) {
  const auto line = [&](std::string_view name, double value) {
    std::printf("%.*s%.*s %.3f\n", static_cast<int>(prefix.size()), prefix.data(),
                static_cast<int>(name.size()), name.data(), value);
  };
  line("busy_percent", 100 * busy_share(slots));
  std::ranges::sort(arrivals_);
  std::ranges::sort(answers_);
  std::vector<double> gaps;
  for (std::size_t i = slots; i < arrivals_.size(); ++i) {
    if (arrivals_[i] < answers_[i - slots]) throw std::runtime_error("more requests than slots");
    gaps.push_back(milliseconds(arrivals_[i] - answers_[i - slots]));
  }
  line("next_p50_ms", quantile(gaps, 0.5));
  line("next_p99_ms", quantile(gaps, 0.99));
  line("next_most_ms", quantile(gaps, 1));
}

void print_tokens(const StubUpstream& upstream) {
  const auto calls = upstream.calls_by_minute();
  if (calls.size() < 2) throw std::runtime_error("no minute has changed");
  std::printf("minutes %zu\n", calls.size());
}

StubUpstream::Draw drawing_in_time(const Plan& plan, const Pictures& pictures, Times& times) {
  return [&](const StubUpstream::Call& call, const Descriptor& socket) {
    const auto number = number_in(call.body);
    const auto answer = json_answer(pictures.answer(number));
    std::this_thread::sleep_until(call.arrived + plan.time_of(number));
    const auto end = send_beginning(socket, answer);
    times.add(call.arrived, Clock::now());
    send_all(socket, end);
  };
}

void ask_gateway(const Plan& plan, const Pictures& pictures) {
  in_parallel(plan.tasks, [&](std::size_t number) {
    HttpClient client(plan.port);
    pictures.check(client.ask(drawing_request(Door::gateway, plan.key, number)), number);
  });
}

void ask_upstream(const Plan& plan) {
  std::atomic<std::size_t> next = 0;
  in_parallel(plan.slots, [&](std::size_t) {
    HttpClient client(plan.alone_port);
    for (auto number = next++; number < plan.tasks; number = next++)
      client.ask(drawing_request(Door::upstream, "any", number));
  });
}

// Both upstreams live until the end: the gateway keeps its connections.
void measure(const Plan& plan) {
  const Pictures pictures(4, plan.picture_bytes);
  Times times;
  const StubUpstream upstream(plan.upstream_port,
                              {.site_key = plan.site_key, .minute_left = plan.middle()},
                              drawing_in_time(plan, pictures, times));
  ask_gateway(plan, pictures);
  Times alone;
  const StubUpstream same(plan.alone_port, {}, drawing_in_time(plan, pictures, alone));
  ask_upstream(plan);
  times.print("", plan.slots);
  alone.print("alone_", plan.slots);
  print_tokens(upstream);
}

std::uint16_t port_in(const char* text) {
  return static_cast<std::uint16_t>(std::stoul(text));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 10) {
    std::fputs(
        "usage: upstream_slots <port> <upstream port> <port without a gateway> <key> <site key> "
        "<slots> <tasks> <answer ms> <picture bytes>\n",
        stderr);
    return 2;
  }
  try {
    measure({.port = port_in(argv[1]),
             .upstream_port = port_in(argv[2]),
             .alone_port = port_in(argv[3]),
             .key = argv[4],
             .site_key = argv[5],
             .slots = std::stoul(argv[6]),
             .tasks = std::stoul(argv[7]),
             .answer_time = std::chrono::milliseconds(std::stoul(argv[8])),
             .picture_bytes = std::stoul(argv[9])});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "upstream_slots: %s\n", error.what());
    return 1;
  }
}
