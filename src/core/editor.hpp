// From the pictures that a client sent to what its tasks will hand to an upstream.
#pragma once

#include "base/gate.hpp"
#include "base/request_context.hpp"
#include "base/worker_pool.hpp"
#include "core/generation.hpp"
#include "core/library/upload_desk.hpp"
#include "core/ports/picture_codec.hpp"
#include "core/routing/route_book.hpp"

#include <cstddef>
#include <cstdint>

namespace gw {

// Owned by the composition root; I/O thread, pixels on the worker pool.
class Editor final {
 public:
  Editor(const RouteBook& routes, const PictureCodec& codec, UploadDesk& uploads,
         WorkerPool& workers)
      : routes_(routes),
        codec_(codec),
        uploads_(uploads),
        workers_(workers),
        pixels_(workers.io(), kAtOnce) {}

  // `request` has its references, and its mask if there is one, as they were uploaded. Pictures are
  // turned upright and made as small as the model takes them well (noted in the context for the
  // log). For a model that takes no mask itself the painted area is cut out of the first picture,
  // and only that area will be taken from what is drawn. Nothing is decoded before the counts are
  // known to fit the model, and kAtOnce requests are worked on at a time, because each holds whole
  // pictures meanwhile. invalid_request names image, mask, size or model.
  Task<GenerationRequest> prepare(GenerationRequest request, RequestContext& context);

 private:
  // Enough to keep the pool's threads busy.
  static constexpr std::size_t kAtOnce = 2;

  struct Terms {
    bool mask = false;           // taken beside the first picture
    std::uint64_t max_area = 0;  // that the pictures are taken well
  };
  Result<Terms> terms_of(const GenerationRequest& request) const;
  Task<void> make_ready(GenerationRequest& request, Terms terms, RequestContext& context);
  Task<void> mask_first(GenerationRequest& request);
  Task<Reference> fitted(Reference reference, std::uint64_t max_area, RequestContext& context);
  Task<Picture> cut_out(Reference original, Reference mask);
  Task<Picture> load(const Reference& reference);

  const RouteBook& routes_;
  const PictureCodec& codec_;
  UploadDesk& uploads_;
  WorkerPool& workers_;
  Gate pixels_;
};

}  // namespace gw
