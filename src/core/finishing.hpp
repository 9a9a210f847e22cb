// From what a task left to what a client is handed: bytes read back, converted if asked, or a file
// for a link.
#pragma once

#include "base/gate.hpp"
#include "base/worker_pool.hpp"
#include "core/engine/task.hpp"
#include "core/generation.hpp"
#include "core/library/results.hpp"
#include "core/ports/picture_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace gw {

struct GeneratedPicture {
  Picture picture;                      // as it is to be handed out; bytes are null for a link
  std::optional<StoredPicture> stored;  // the file a link points to
  std::uint64_t seed = 0;
};

// Owned by the composition root; I/O thread, pixels on the worker pool.
class Finisher final {
 public:
  Finisher(ResultStore& results, const PictureCodec& codec, WorkerPool& workers)
      : results_(results), codec_(codec), workers_(workers), pixels_(workers.io(), kAtOnce) {}

  // `outcome` has a picture in memory, a stored one, or both. For a link a converted or
  // retouched picture becomes a file of its own; for bytes nothing is written. storage_unavailable
  // when a link's file could not be kept; where the bytes are handed out too, the link is left out
  // instead.
  Task<GeneratedPicture> finish(Outcome outcome, OutputOptions output, ResponseForm form);
  // Retouched and converted as `output` says; the same picture when nothing is to be done.
  Task<Picture> as_asked(Picture drawn, OutputOptions output);

 private:
  // Pictures that are decoded at a time, with what they are made of in memory: enough to keep the
  // pool's threads busy.
  static constexpr std::size_t kAtOnce = 2;

  Task<Picture> in_memory(const Outcome& outcome);
  Task<Picture> converted(Picture picture, EncodeOptions options);
  Task<Picture> retouched(Picture drawn, std::shared_ptr<const Retouch> retouch);

  ResultStore& results_;
  const PictureCodec& codec_;
  WorkerPool& workers_;
  Gate pixels_;
};

// How `picture` has to be encoded to be what was asked for; nothing when it already is (design rule
// 4: pictures pass through untouched unless a conversion is asked for).
std::optional<EncodeOptions> conversion_needed(const Picture& picture, const OutputOptions& output);

}  // namespace gw
