// The rules of a model that can refuse a request. What they refuse is never sent there, and with
// several routes goes another way.
#pragma once

#include "base/error.hpp"
#include "core/generation.hpp"
#include "core/model.hpp"

#include <cstddef>

namespace gw {

// invalid_request when the model does not take so many pictures.
Result<void> check_references(std::size_t count, const ModelInfo& model);

// The size of an order. "auto" is the model's own normal size, and for edits that of the first
// picture's shape; without sides where it is left to the upstream. invalid_request for param size.
Result<ImageSize> size_of_order(const GenerationRequest& request, const ModelInfo& model);

// invalid_request naming the parameter when the model cannot do what is asked.
Result<void> check_model(const GenerationRequest& request, const ModelInfo& model);

}  // namespace gw
