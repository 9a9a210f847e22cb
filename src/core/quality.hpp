// Quality and steps: OpenAI's words for effort, and the two step counts a model takes.
#pragma once

#include "base/error.hpp"
#include "core/generation.hpp"
#include "core/model.hpp"

#include <optional>

namespace gw {

// The steps of an order. `steps`, when given, wins over `quality` and must be one of the model's
// two values: invalid_request naming both. 0 for a model without a choice, where neither has an
// effect.
Result<int> resolve_steps(Quality quality, std::optional<int> steps, const ModelInfo& model);

// What an answer reports as its quality: low or high, the two that exist; nothing for a model
// without a choice.
std::optional<Quality> effective_quality(int steps, const ModelInfo& model);

}  // namespace gw
