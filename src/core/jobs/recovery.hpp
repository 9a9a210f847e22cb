// From the rows that a stopped process left to what the engine goes on with.
#pragma once

#include "base/task.hpp"
#include "core/engine/engine.hpp"
#include "core/library/input_keeper.hpp"
#include "core/library/results.hpp"
#include "core/ports/record_store.hpp"

#include <vector>

namespace gw {

// In the order of the rows. Of what was sent the pictures that have come are looked up: the journal
// had their names before. `results` must be open.
Task<std::vector<UnfinishedTask>> unfinished_tasks(OpenWork work, const InputKeeper& inputs,
                                                   ResultStore& results);

// What a durable request asks of each of its tasks; index and seed are the task's own.
TaskSpec spec_of(RequestRow row, const InputKeeper& inputs);

}  // namespace gw
