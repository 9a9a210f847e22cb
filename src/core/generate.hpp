// The story of a request: from what a client asked to the pictures it gets.
#pragma once

#include "base/random.hpp"
#include "base/request_context.hpp"
#include "base/task.hpp"
#include "base/worker_pool.hpp"
#include "core/engine/engine.hpp"
#include "core/generation.hpp"
#include "core/library/results.hpp"
#include "core/model_catalog.hpp"
#include "core/ports/picture_codec.hpp"
#include "core/style.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gw {

// What a client says about repeating itself (openai-contract §2).
struct RepeatMarks {
  std::string idempotency_key;  // Idempotency-Key
  int retry_count = 0;          // x-stainless-retry-count
  bool fresh = false;           // Cache-Control: no-cache: never join earlier work
  std::string end_user;         // x-openwebui-user-id or -email
};

struct GeneratedPicture {
  Picture picture;                      // as it is to be handed out; bytes are null for a link
  std::optional<StoredPicture> stored;  // the file a link points to
  std::uint64_t seed = 0;
};

struct Generation {
  std::vector<Result<GeneratedPicture>> items;  // n of them, in order; at least one has a value
  std::string model;                            // the public name that was used
  std::string provider;
  std::string revised_prompt;           // when a style changed the prompt; else empty
  Quality quality = Quality::low;       // effective
  bool adopted = false;                 // some task was joined, not made
  std::chrono::milliseconds queued{0};  // the longest of the items
  std::chrono::milliseconds upstream{0};
};

// Owned by the composition root; I/O thread. Cancelling `generate` is how a client leaves: its
// tasks are parked or go on as orphans (design: engine table), nothing is cut off.
class Generator final {
 public:
  Generator(const ModelCatalog& models, const StyleBook& styles, Engine& engine,
            ResultStore& results, const PictureCodec& codec, WorkerPool& workers, Random& random);

  // Fails as a whole only when every picture failed (then with the most telling error) or nothing
  // was admitted. `form` must be decided by the caller: b64_json or url.
  Task<Generation> generate(GenerationRequest request, RepeatMarks marks,
                            const RequestContext& context);

 private:
  const ModelCatalog& models_;
  const StyleBook& styles_;
  Engine& engine_;
  ResultStore& results_;
  const PictureCodec& codec_;
  WorkerPool& workers_;
  Random& random_;
};

}  // namespace gw
