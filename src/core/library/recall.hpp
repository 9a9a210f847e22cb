// What earlier requests left that answers a new one: the same Idempotency-Key, or a drawing that
// would be the same picture again.
#pragma once

#include "base/task.hpp"
#include "core/drawing_plan.hpp"
#include "core/library/results.hpp"
#include "core/ports/record_store.hpp"

#include <cstddef>

namespace gw {

// Owned by the composition root; I/O thread. Knows only what the library still has: a picture whose
// file is gone is drawn anew.
class Recall final {
 public:
  Recall(RecordStore& records, ResultStore& results, Log& log)
      : records_(records), results_(results), log_(log) {}

  // Whether looking could find anything; most requests need not wait for the database.
  static bool may_know(const DrawingPlan& plan);

  // Fills plan.recalled and gives those tasks the seed that their picture was drawn with.
  // invalid_request when the Idempotency-Key stands for another request. A database that cannot be
  // read recalls nothing.
  Task<DrawingPlan> look(DrawingPlan plan);

 private:
  Task<void> by_key(DrawingPlan& plan);
  Async<void> by_drawing(DrawingPlan& plan, std::size_t index);

  RecordStore& records_;
  ResultStore& results_;
  Log& log_;
};

}  // namespace gw
