// GET /images/{file}: stored pictures behind signed, expiring links.
#pragma once

#include "core/library/image_links.hpp"
#include "core/library/results.hpp"
#include "http/message.hpp"

namespace gw::api {

// The link is the permission: no key is asked for, and one that is sent is not looked at. I/O
// thread; what it refers to outlives it and every response it has given out.
class PicturesEndpoint final {
 public:
  PicturesEndpoint(ResultStore& results, const ImageLinks& links)
      : results_(results), links_(links) {}

  // Route parameter `file`; query expires and signature. One range, ETag and If-None-Match.
  // not_found for a picture that is gone and for an expired link, forbidden for one that was not
  // made here.
  Result<http::Response> get(const http::Request& request) const;

 private:
  ResultStore& results_;
  const ImageLinks& links_;
};

}  // namespace gw::api
