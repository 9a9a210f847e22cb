// The commands that end by themselves: check-config, keys, healthcheck. `serve` is app.hpp's.
#pragma once

#include "app/cli.hpp"
#include "app/config_load.hpp"

#include <iosfwd>
#include <string>

namespace gw::app {

// Each returns the exit code. They block and write to the two streams only.
int run_check_config(const ConfigInputs& inputs, std::ostream& out, std::ostream& err);
int run_keys(const ConfigInputs& inputs, KeyDisplay display, std::ostream& out, std::ostream& err);
// GET /health/live where the server listens; 0 if it answers 200 within a few seconds.
int run_healthcheck(const ConfigInputs& inputs, std::ostream& out, std::ostream& err);

// "The settings have 2 mistakes:" and a line for each, and what was noticed besides.
std::string mistakes_text(const ConfigRefusal& refusal);

}  // namespace gw::app
