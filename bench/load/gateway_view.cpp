#include "bench/load/gateway_view.hpp"

#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

namespace gw::bench {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

// The number that follows `name`.
std::size_t number_after(const std::string& text, const std::string& name) {
  const auto at = text.find(name);
  if (at == text.npos) throw std::runtime_error("the answer does not tell " + name);
  return std::stoul(text.substr(at + name.size()));
}

std::size_t running_of(const std::string& health) {
  return number_after(health, "\"running\":");
}

}  // namespace

std::size_t GatewayView::waiting() {
  const auto health = client_.get("/health");
  return number_after(health, "\"queued\":") + running_of(health);
}

std::size_t GatewayView::running() {
  return running_of(client_.get("/health"));
}

std::size_t GatewayView::parked() {
  return number_after(client_.get("/metrics"), "gw_tasks_parked{provider=\"demo\"} ");
}

void wait_until(const std::function<bool()>& holds, const char* what) {
  const auto start = std::chrono::steady_clock::now();
  while (!holds()) {
    if (std::chrono::steady_clock::now() - start > kPatience)
      throw std::runtime_error(std::string("never: ") + what);
    ::usleep(2'000);
  }
}

void raise_file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace gw::bench
