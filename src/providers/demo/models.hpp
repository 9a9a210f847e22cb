// The models the demo serves: every name the real provider knows, so that examples and clients work
// unchanged.
#pragma once

#include "core/model.hpp"

#include <vector>

namespace gw::demo {

// `known` with their ids, aliases and rules, marked as demo, without sign-in, and one more, "demo",
// unless that name is taken.
std::vector<ModelInfo> demo_models(std::vector<ModelInfo> known);

}  // namespace gw::demo
