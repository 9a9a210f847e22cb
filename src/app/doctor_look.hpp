// Gathers the facts for `doctor` on this machine: files, limits, port. The upstream's come from
// providers/dreamifly/checkup.hpp.
#pragma once

#include "app/doctor_facts.hpp"

namespace gw::app {

ProgramFacts look_at_program();

// Blocks. Makes nothing and changes nothing; the port is bound for a moment, to see that it can be.
MachineFacts look_at_machine(const LoadedConfig& loaded);

}  // namespace gw::app
