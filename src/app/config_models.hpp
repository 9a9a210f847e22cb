// Which names stand for models, and whether DEFAULT_MODEL, MODEL_MAPPING and MODEL_ROUTES use only
// such.
#pragma once

#include "app/config.hpp"
#include "app/config_sources.hpp"

#include <vector>

namespace gw::app {

// Whether an upstream tells its models only while we run.
bool has_open_names(const Config& config);

// The catalogue would refuse them as well, but only the first one, and at the start alone.
void check_model_names(const Config& config, const GivenSettings& given,
                       std::vector<Problem>& problems);

// Names that the OpenAI-compatible upstream's models share with the Dreamifly server's: who has
// them.
void tell_shared_names(const Config& config, const GivenSettings& given,
                       std::vector<Problem>& warnings);

}  // namespace gw::app
