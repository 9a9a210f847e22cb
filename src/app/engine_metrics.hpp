// The engine's own counts, as metrics. They are read when somebody asks.
#pragma once

#include "core/engine/engine.hpp"
#include "telemetry/metrics.hpp"

#include <string>

namespace gw::app {

// Outlives the registry's last exposition. `providers` names all of them, for what is counted of
// them together.
void publish(MetricsRegistry& metrics, const std::string& providers, const EngineOptions& options,
             Engine& engine);

}  // namespace gw::app
