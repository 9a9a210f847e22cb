#include "core/quality.hpp"

#include <fmt/format.h>

namespace gw {
namespace {

bool is_high(Quality quality) {
  switch (quality) {
    case Quality::automatic:
    case Quality::standard:
    case Quality::low:
    case Quality::medium:
      return false;
    case Quality::high:
    case Quality::hd:
    case Quality::xhigh:
    case Quality::max:
      return true;
  }
  return false;
}

}  // namespace

Result<int> resolve_steps(Quality quality, std::optional<int> steps, const ModelInfo& model) {
  if (!model.steps) return 0;
  const auto& rule = *model.steps;
  if (!steps) return is_high(quality) ? rule.high : rule.low;
  if (*steps == rule.low || *steps == rule.high) return *steps;
  return fail(Error::invalid_request("steps", fmt::format("`steps` must be {} or {} for model {}",
                                                          rule.low, rule.high, model.id))
                  .with_code("invalid_value"));
}

std::optional<Quality> effective_quality(int steps, const ModelInfo& model) {
  if (!model.steps) return std::nullopt;
  return steps == model.steps->high ? Quality::high : Quality::low;
}

}  // namespace gw
