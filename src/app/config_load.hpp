// From sources to a Config: every setting understood, their sum judged, every mistake reported at
// once.
#pragma once

#include "app/config.hpp"
#include "app/config_sources.hpp"
#include "app/settings.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

struct EffectiveSetting {
  const Setting* setting = nullptr;
  std::string value;   // secrets as ***; empty: not set
  std::string origin;  // "default", "environment", ".env line 3", "config.yaml line 4", "--port"
};

struct LoadedConfig {
  Config config;
  std::vector<Problem> warnings;
  std::vector<EffectiveSetting> effective;  // in the table's order
  std::vector<ConfigSource> sources;

  const EffectiveSetting* find(std::string_view name) const;
};

// What stops the program, and what was noticed besides.
struct ConfigRefusal {
  std::vector<Problem> problems;  // at least one
  std::vector<Problem> warnings;
  std::vector<ConfigSource> sources;
};

using ConfigResult = std::expected<LoadedConfig, ConfigRefusal>;

ConfigResult load_config(const ConfigInputs& inputs);

// The two steps of it, for tests. Understanding: each value by itself.
struct UnderstoodSettings {
  Draft draft;
  std::vector<Problem> problems;
};
UnderstoodSettings understand(const GivenSettings& given);

// Judging: what settings mean for each other. Adds to both lists; the Config holds only without
// problems.
Config judge(Draft draft, const GivenSettings& given, std::vector<Problem>& problems,
             std::vector<Problem>& warnings);

// One line each, as printed before the program gives up.
std::string render_problems(const std::vector<Problem>& problems);

}  // namespace gw::app
