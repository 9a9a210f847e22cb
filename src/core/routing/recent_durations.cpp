#include "core/routing/recent_durations.hpp"

#include <algorithm>
#include <vector>

namespace gw {

using std::chrono::milliseconds;

void RecentDurations::drew(const HostId& host, std::string_view upstream_model, milliseconds took,
                           SteadyTime now) {
  auto& models = rings_[host];
  auto found = models.find(upstream_model);
  if (found == models.end()) found = models.emplace(std::string(upstream_model), Ring()).first;
  auto& ring = found->second;
  ring.drawings.at(ring.count++ % kRemembered) = {took, now};
}

std::optional<milliseconds> RecentDurations::median(const HostId& host,
                                                    std::string_view upstream_model,
                                                    SteadyTime now) const {
  const auto models = rings_.find(host);
  if (models == rings_.end()) return std::nullopt;
  const auto found = models->second.find(upstream_model);
  if (found == models->second.end()) return std::nullopt;
  const auto& ring = found->second;
  std::vector<milliseconds> fresh;
  for (std::size_t i = 0; i < std::min(ring.count, kRemembered); ++i) {
    if (now - ring.drawings.at(i).at <= kFresh) fresh.push_back(ring.drawings.at(i).took);
  }
  if (fresh.empty()) return std::nullopt;
  const auto middle = fresh.begin() + static_cast<std::ptrdiff_t>(fresh.size() / 2);
  std::ranges::nth_element(fresh, middle);
  return *middle;
}

}  // namespace gw
