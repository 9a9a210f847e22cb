#include "bench/load/figures.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace gw::bench {

double quantile(std::vector<double> values, double share) {
  if (values.empty()) throw std::runtime_error("nothing was measured");
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(last * share);
  std::ranges::nth_element(values, at);
  return *at;
}

}  // namespace gw::bench
