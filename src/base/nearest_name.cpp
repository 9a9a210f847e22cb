#include "base/nearest_name.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace gw {
namespace {

// Letters to change, add, drop, or swap with their neighbour; row by row (optimal string
// alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t differs = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({above[j - 1] + differs, above[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above.back();
}

}  // namespace

std::string_view nearest_name(std::string_view typed, const std::vector<std::string_view>& known) {
  constexpr std::size_t kLongest = 64;  // of our names; more would only cost time
  if (typed.size() > kLongest) return {};
  std::string_view best;
  auto least = std::min<std::size_t>(3, typed.size() / 3) + 1;
  for (const auto name : known) {
    const auto far = distance(typed, name);
    if (far < least) {
      least = far;
      best = name;
    }
  }
  return best;
}

}  // namespace gw
