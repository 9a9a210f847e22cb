// The models of a Dreamifly server (protocol §3.3): the rules its own model list does not tell.
#pragma once

#include "core/model.hpp"

#include <vector>

namespace gw::dreamifly {

// The first one is the default. Names: the public id, the server's own id, and OpenAI's names where
// we lend them.
std::vector<ModelInfo> known_models();

}  // namespace gw::dreamifly
