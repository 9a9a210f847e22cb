// From what a client asked to what its tasks will ask of a provider. Every rule that can refuse a
// request is applied here, before anything is queued or sent, because refused calls cost the
// upstream account too.
#pragma once

#include "base/random.hpp"
#include "base/request_context.hpp"
#include "core/engine/engine.hpp"
#include "core/generation.hpp"
#include "core/library/options.hpp"
#include "core/routing/route_choice.hpp"
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
  bool no_store = false;        // Cache-Control: no-store: nor be joined or found by later work
  std::string end_user;         // x-openwebui-user-id and the like
};

struct DrawingPlan {
  std::shared_ptr<const RequestInfo> request;          // the same that its tasks have
  std::vector<std::shared_ptr<const TaskSpec>> tasks;  // n of them, one picture each
  std::vector<std::optional<StoredPicture>> recalled;  // by task: the answer was there already
  bool cache_hit = false;                              // some of these by what they show
  bool answered_before = false;                        // some of these by their Idempotency-Key
  Repeat repeat = Repeat::perhaps;
  std::string revised_prompt;        // when a style changed the prompt
  std::optional<Quality> quality;    // effective
  bool previews = false;             // whether the model shows any
  std::vector<std::string> ignored;  // what has no effect on this model
};

// What decides over a plan besides the request.
struct PlanTerms {
  std::string model_name;  // as the client named it, or the default's
  Durability durability = Durability::ephemeral;
  Sharing sharing = Sharing::seeded;
};

// For the first of the ranked routes; the others become its tasks' alternatives: the same seeds,
// caller, marks and request id. invalid_request naming the parameter when one of them cannot do
// what is asked.
Result<DrawingPlan> plan_drawing(const GenerationRequest& request, const RouteChoice& routes,
                                 const StyleBook& styles, const RepeatMarks& marks,
                                 const RequestContext& context, const PlanTerms& terms,
                                 Random& random);

}  // namespace gw
