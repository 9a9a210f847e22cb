// Any bytes are a size: a size with two sides comes back, and the nearest one that a model takes is
// one it takes.
#include "core/size_rule.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = gw::parse_size(text);
  if (!parsed) {
    if (parsed.error().param() != "size" || parsed.error().message().empty()) std::abort();
    return 0;
  }
  if (!*parsed) return 0;
  if ((*parsed)->area() == 0) std::abort();
  gw::ModelInfo odd;
  odd.min_side = 100;
  odd.side_multiple = 16;
  odd.max_area = 600'000;
  for (const auto& model : {gw::ModelInfo{}, odd}) {
    const auto nearest = gw::nearest_size(**parsed, model);
    if (!gw::resolve_size(nearest, model)) std::abort();
    if (gw::resolve_size(**parsed, model) && nearest != **parsed) std::abort();
  }
  return 0;
}
