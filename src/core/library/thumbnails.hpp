// Small copies of stored pictures, made when somebody looks.
#pragma once

#include "base/gate.hpp"
#include "base/worker_pool.hpp"
#include "core/library/results.hpp"
#include "core/ports/blob_store.hpp"
#include "core/ports/picture_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace gw {

// WebP files in a folder of their own, "<picture id>.webp", so they are neither pictures of the
// library nor counted for the quota. Owned by the composition root; I/O thread, pixels on the
// worker pool.
class Thumbnails final {
 public:
  Thumbnails(ResultStore& results, BlobStore& blobs, const PictureCodec& codec, WorkerPool& workers,
             Log& log)
      : results_(results),
        blobs_(blobs),
        codec_(codec),
        workers_(workers),
        log_(log),
        pixels_(workers.io(), kAtOnce) {}

  static constexpr std::uint32_t kLongestSide = 512;  // pixels

  // Removes those whose picture has gone. `results` must be open.
  Task<void> open();
  // Of a picture that is stored. internal when it does not decode; a disk that takes no more only
  // means that it is made again next time.
  Task<SharedBytes> of(StoredPicture picture);
  Task<void> remove(PictureId id);  // absent is success

 private:
  // A picture is tens of megabytes while it is scaled, and a page asks for fifty at a time.
  static constexpr std::size_t kAtOnce = 2;

  Task<SharedBytes> kept(std::string name);
  Task<SharedBytes> made(StoredPicture picture);

  ResultStore& results_;
  BlobStore& blobs_;
  const PictureCodec& codec_;
  WorkerPool& workers_;
  Log& log_;
  Gate pixels_;
};

}  // namespace gw
