// FETCH_REMOTE_IMAGES=on: pictures of the public web, put aside like uploads.
#pragma once

#include "core/library/upload_desk.hpp"
#include "core/ports/remote_pictures.hpp"
#include "transport/public_web.hpp"

#include <cstddef>

namespace gw::app {

// I/O thread; what it refers to outlives it. At most kMostAtOnce pictures are on their way at a
// time, because each has up to half a megabyte in memory: queue_full over that.
class PictureFetcher final : public RemotePictures {
 public:
  static constexpr std::size_t kMostAtOnce = 32;

  PictureFetcher(PublicWeb& web, UploadDesk& uploads) : web_(web), uploads_(uploads) {}

  Task<Reference> fetch(RemoteUrl url, std::string param, SteadyTime until) override;

 private:
  PublicWeb& web_;
  UploadDesk& uploads_;
  std::size_t under_way_ = 0;
};

// An answer may be a piece longer than a picture, so that the upload's own bound
// speaks and not the transport's.
PublicWebOptions web_options(const UploadOptions& uploads);

}  // namespace gw::app
