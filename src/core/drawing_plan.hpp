// From what a client asked to what its tasks will ask of a provider. Every rule that can refuse a
// request is applied here, before anything is queued or sent, because refused calls cost the
// upstream account too.
#pragma once

#include "base/random.hpp"
#include "base/request_context.hpp"
#include "core/engine/engine.hpp"
#include "core/generation.hpp"
#include "core/model_catalog.hpp"
#include "core/style.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw {

// What a client says about repeating itself (openai-contract §2).
struct RepeatMarks {
  std::string idempotency_key;  // Idempotency-Key
  int retry_count = 0;          // x-stainless-retry-count
  bool fresh = false;           // Cache-Control: no-cache: never join earlier work
  std::string end_user;         // x-openwebui-user-id and the like
};

struct DrawingPlan {
  std::vector<std::shared_ptr<const TaskSpec>> tasks;  // n of them, one picture each
  Repeat repeat = Repeat::perhaps;
  std::string revised_prompt;        // when a style changed the prompt
  std::optional<Quality> quality;    // effective
  std::vector<std::string> ignored;  // what has no effect on this model
};

// invalid_request when the model does not take so many pictures.
Result<void> check_references(std::size_t count, const ModelInfo& model);

// invalid_request naming the parameter when the model cannot do what is asked.
Result<DrawingPlan> plan_drawing(const GenerationRequest& request, const ModelRoute& route,
                                 const StyleBook& styles, const RepeatMarks& marks,
                                 const RequestContext& context, Random& random);

}  // namespace gw
