#include "providers/dreamifly/prices.hpp"

#include "base/json.hpp"
#include "providers/dreamifly/errors.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace gw::dreamifly {
namespace {

constexpr std::pair<std::string_view, std::int64_t> kDefaults[] = {
    {"Wai-SDXL-V150", 2}, {"Qwen-Image-Edit", 4},   {"Z-Image-Turbo", 3},
    {"Z-Image", 12},      {"grok-imagine-1.0", 10}, {"nano-banana-2", 10},
};

// Models with a rule of their own.
struct Exception {
  std::string_view upstream_model;
  bool steps_count = true;
  bool size_counts = true;
  bool allowance_counts = true;  // the day's free pictures cover the base cost
};
constexpr Exception kExceptions[] = {
    {.upstream_model = "Qwen-Image-Edit", .steps_count = false, .size_counts = false},
    {.upstream_model = "grok-imagine-1.0", .steps_count = false, .size_counts = false},
    {.upstream_model = "nano-banana-2", .steps_count = false, .allowance_counts = false},
};

constexpr std::int64_t kMostPoints = 1'000'000;  // a nonsense price must not overflow

Exception rule_of(std::string_view upstream_model) {
  const auto found = std::ranges::find(kExceptions, upstream_model, &Exception::upstream_model);
  return found == std::end(kExceptions) ? Exception() : *found;
}

// Over 1.05 × 1024².
bool is_large(ImageSize size) {
  return std::uint64_t{size.width} * size.height * 100 > std::uint64_t{1024} * 1024 * 105;
}

bool has_many_steps(const ImageOrder& order, const ModelInfo* model) {
  return model && model->steps && order.steps >= model->steps->high;
}

}  // namespace

std::optional<BaseCost> read_base_cost(const IncomingAnswer& answer) {
  if (answer.status != 200 || !is_json(answer)) return std::nullopt;
  const auto object = parse_json_object(answer.body.joined());
  const auto* cost = object ? object->if_contains("baseCost") : nullptr;
  if (!cost) return std::nullopt;
  if (cost->is_null()) return BaseCost();
  if (!cost->is_int64() || cost->get_int64() < 0 || cost->get_int64() > kMostPoints)
    return std::nullopt;
  return BaseCost{.points = cost->get_int64()};
}

Prices::Prices() {
  for (const auto& [model, points] : kDefaults) base_.emplace(model, points);
}

void Prices::set(std::string_view upstream_model, BaseCost cost) {
  if (cost.points.value_or(0) > 0)
    base_.insert_or_assign(std::string(upstream_model), *cost.points);
  else if (const auto found = base_.find(upstream_model); found != base_.end())
    base_.erase(found);
}

std::optional<Price> Prices::of(const ImageOrder& order, const ModelInfo* model) const {
  const auto base = base_.find(order.upstream_model);
  if (base == base_.end()) return std::nullopt;
  const auto rule = rule_of(order.upstream_model);
  Price price;
  price.doubled_by_size = rule.size_counts && is_large(order.size);
  price.full = base->second * (price.doubled_by_size ? 2 : 1) *
               (rule.steps_count && has_many_steps(order, model) ? 2 : 1);
  price.within_allowance = price.full - (rule.allowance_counts ? base->second : 0);
  return price;
}

}  // namespace gw::dreamifly
