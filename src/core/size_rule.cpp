#include "core/size_rule.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gw {
namespace {

constexpr ImageSize kDefaultSize{1024, 1024};
constexpr std::size_t kMaxDigits = 5;
constexpr std::uint32_t kMaxRatio = 4;  // the upstream's own widest is 10:3

Error bad_size(std::string message) {
  return Error::invalid_request("size", std::move(message)).with_code("invalid_value");
}

Error not_a_size() {
  return bad_size("`size` must be WIDTHxHEIGHT such as 1024x1024, a ratio such as 16:9, or auto");
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto* end = text.data() + text.size();
  if (text.empty() || text.size() > kMaxDigits) return std::nullopt;
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value == 0) return std::nullopt;
  return value;
}

// Two numbers around `separator`; nothing when it is absent or they are none.
std::optional<ImageSize> pair_of(std::string_view text, std::string_view separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto first = number(text.substr(0, at));
  const auto second = number(text.substr(at + separator.size()));
  if (!first || !second) return std::nullopt;
  return ImageSize{*first, *second};
}

std::uint32_t round_to(double side, std::uint32_t multiple) {
  return static_cast<std::uint32_t>(std::lround(side / multiple)) * multiple;
}

std::uint32_t floor_to(double side, std::uint32_t multiple) {
  return static_cast<std::uint32_t>(side / multiple) * multiple;
}

std::uint32_t lowest_side(const ModelInfo& model) {
  return (model.min_side + model.side_multiple - 1) / model.side_multiple * model.side_multiple;
}

bool takes(const ModelInfo& model, ImageSize size) {
  return size.width >= model.min_side && size.height >= model.min_side &&
         size.width % model.side_multiple == 0 && size.height % model.side_multiple == 0 &&
         size.area() <= model.max_area;
}

}  // namespace

Result<std::optional<ImageSize>> parse_size(std::string_view text) {
  text = trim(text);
  if (equals_ignoring_case(text, "auto")) return std::nullopt;
  for (const std::string_view separator : {"x", "X", "*", "×"}) {
    if (const auto size = pair_of(text, separator)) return size;
  }
  const auto ratio = pair_of(text, ":");
  if (!ratio) return fail(not_a_size());
  const auto [low, high] = std::minmax(ratio->width, ratio->height);
  if (high > low * std::uint64_t{kMaxRatio}) {
    return fail(
        bad_size(fmt::format("a ratio as `size` must lie between 1:{0} and {0}:1", kMaxRatio)));
  }
  return normal_area_size(*ratio);
}

ImageSize normal_area_size(ImageSize shape) {
  constexpr std::uint32_t kMultiple = 8;
  const double ratio = std::sqrt(static_cast<double>(shape.width) / shape.height);
  return {std::max(kMultiple, round_to(1024 * ratio, kMultiple)),
          std::max(kMultiple, round_to(1024 / ratio, kMultiple))};
}

ImageSize nearest_size(ImageSize asked, const ModelInfo& model) {
  const auto multiple = model.side_multiple;
  const auto lowest = lowest_side(model);
  const auto rounded = [&](std::uint32_t side) {
    return std::max(lowest, round_to(side, multiple));
  };
  ImageSize size{rounded(asked.width), rounded(asked.height)};
  if (size.area() <= model.max_area) return size;
  const double scale =
      std::sqrt(static_cast<double>(model.max_area) / static_cast<double>(asked.area()));
  size = {std::max(lowest, floor_to(asked.width * scale, multiple)),
          std::max(lowest, floor_to(asked.height * scale, multiple))};
  // Only when one side had to be raised to the lowest; then the other pays for it.
  if (size.area() > model.max_area) {
    auto& longer = size.width > size.height ? size.width : size.height;
    const auto shorter = std::min(size.width, size.height);
    longer = floor_to(static_cast<double>(model.max_area / shorter), multiple);
  }
  return size;
}

Result<ImageSize> resolve_size(std::optional<ImageSize> asked, const ModelInfo& model) {
  const auto size = asked.value_or(kDefaultSize);
  if (takes(model, size)) return size;
  const auto nearest = nearest_size(size, model);
  if (!asked) return nearest;
  return fail(
      bad_size(fmt::format("`size` {} is not possible with model {}: both sides must be multiples "
                           "of {}, at least {}, and "
                           "width x height at most {}; the nearest size is {}",
                           to_string(size), model.id, model.side_multiple, lowest_side(model),
                           model.max_area, to_string(nearest))));
}

}  // namespace gw
