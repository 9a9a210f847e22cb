// How well a backlog keeps the upstream's slots busy.
//   upstream_slots <port> <upstream port> <key> <site key> <slots> <tasks> <answer ms> <picture
//   bytes>
// The gateway must be set to that upstream, site key and number of slots. The upstream's minute
// ends in the middle of the run, so that tokens are signed anew; its answers take up to a tenth
// less or more than the given time, so that they do not come all at once. A slot is busy from the
// arrival of a whole request until the end of its answer goes to the kernel; the time from there to
// the arrival of the next request is what the gateway loses. Prints one "name value" a line.
#include "bench/load/figures.hpp"
#include "bench/load/http_client.hpp"
#include "bench/load/parallel.hpp"
#include "bench/load/pictures.hpp"
#include "bench/load/requests.hpp"
#include "bench/load/stub_upstream.hpp"

#include <algorithm>
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
  std::uint16_t upstream_port;
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
  void print(std::size_t slots);

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

void Times::print(std::size_t slots) {
  std::printf("busy_percent %.3f\n", 100 * busy_share(slots));
  std::ranges::sort(arrivals_);
  std::ranges::sort(answers_);
  std::vector<double> gaps;
  for (std::size_t i = slots; i < arrivals_.size(); ++i) {
    if (arrivals_[i] < answers_[i - slots]) throw std::runtime_error("more requests than slots");
    gaps.push_back(milliseconds(arrivals_[i] - answers_[i - slots]));
  }
  std::printf("next_p50_ms %.3f\nnext_p99_ms %.3f\nnext_most_ms %.3f\n", quantile(gaps, 0.5),
              quantile(gaps, 0.99), quantile(gaps, 1));
}

void print_tokens(const StubUpstream& upstream) {
  const auto calls = upstream.calls_by_minute();
  if (calls.size() < 2) throw std::runtime_error("no minute has changed");
  std::printf("minutes %zu\n", calls.size());
}

void measure(const Plan& plan) {
  const Pictures pictures(4, plan.picture_bytes);
  Times times;
  const StubUpstream upstream(plan.upstream_port,
                              {.site_key = plan.site_key, .minute_left = plan.middle()},
                              [&](const StubUpstream::Call& call, const Descriptor& socket) {
                                const auto number = number_in(call.body);
                                const auto answer = json_answer(pictures.answer(number));
                                std::this_thread::sleep_until(call.arrived + plan.time_of(number));
                                const auto end = send_beginning(socket, answer);
                                times.add(call.arrived, Clock::now());
                                send_all(socket, end);
                              });
  in_parallel(plan.tasks, [&](std::size_t number) {
    HttpClient client(plan.port);
    pictures.check(client.ask(drawing_request(Door::gateway, plan.key, number)), number);
  });
  times.print(plan.slots);
  print_tokens(upstream);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 9) {
    std::fputs(
        "usage: upstream_slots <port> <upstream port> <key> <site key> <slots> <tasks> <answer ms> "
        "<picture bytes>\n",
        stderr);
    return 2;
  }
  try {
    measure({.port = static_cast<std::uint16_t>(std::stoul(argv[1])),
             .upstream_port = static_cast<std::uint16_t>(std::stoul(argv[2])),
             .key = argv[3],
             .site_key = argv[4],
             .slots = std::stoul(argv[5]),
             .tasks = std::stoul(argv[6]),
             .answer_time = std::chrono::milliseconds(std::stoul(argv[7])),
             .picture_bytes = std::stoul(argv[8])});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "upstream_slots: %s\n", error.what());
    return 1;
  }
}
