// The story of a request: from what a client asked to the pictures it gets.
#pragma once

#include "base/random.hpp"
#include "base/request_context.hpp"
#include "base/task.hpp"
#include "core/drawing_plan.hpp"
#include "core/engine/engine.hpp"
#include "core/finishing.hpp"
#include "core/generation.hpp"
#include "core/library/results.hpp"
#include "core/model_catalog.hpp"
#include "core/style.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gw {

struct Generation {
  std::vector<Result<GeneratedPicture>> items;  // n of them, in order; at least one has a value
  std::string model;                            // the public name that was used
  std::string provider;
  std::string revised_prompt;             // when a style changed the prompt; else empty
  std::optional<Quality> quality;         // effective; nothing when the model has no choice
  std::vector<std::string> ignored;       // accepted without effect, the model's own included
  bool adopted = false;                   // some task was joined, not made
  std::chrono::milliseconds queued{0};    // the longest of the items
  std::chrono::milliseconds upstream{0};  // the same
  // Of the pictures that were made. To be held until the answer is written, then told so
  // (Ticket::delivered): whoever drops them earlier has not got his pictures and may come back.
  std::vector<Ticket> tickets;
};

// Owned by the composition root; I/O thread. Cancelling `generate` is how a client leaves: its
// tasks are parked or go on as orphans (design: engine table), nothing is cut off.
class Generator final {
 public:
  Generator(const ModelCatalog& models, const StyleBook& styles, Engine& engine,
            ResultStore& results, Finisher& finisher, Executor io, Random& random);

  // Fails as a whole only when every picture failed (then with the most telling error) or nothing
  // was admitted. `form` must have been decided by the caller: b64_json or url.
  Task<Generation> generate(GenerationRequest request, RepeatMarks marks,
                            const RequestContext& context);

 private:
  struct Admitted;
  Result<Admitted> admit(const GenerationRequest& request, const RepeatMarks& marks,
                         const RequestContext& context);
  Task<Generation> drawn(Admitted admitted);
  Task<Generation> finish_all(Admitted& admitted);

  const ModelCatalog& models_;
  const StyleBook& styles_;
  Engine& engine_;
  ResultStore& results_;
  Finisher& finisher_;
  Executor io_;
  Random& random_;
};

}  // namespace gw
