// GET /images/{file}: stored pictures and their thumbnails behind signed, expiring links.
#pragma once

#include "core/library/image_links.hpp"
#include "core/library/results.hpp"
#include "core/library/thumbnails.hpp"
#include "http/message.hpp"

#include <string>

namespace gw::api {

// The last part of a thumbnail's link: "<id>.thumbnail.webp".
std::string thumbnail_name(const StoredPicture& picture);
// WebP with its ETag, or 304.
Task<http::Response> thumbnail_response(Thumbnails& thumbnails, StoredPicture picture,
                                        http::Headers headers);

// The link is the permission: no key is asked for, and one that is sent is not looked at. I/O
// thread; what it refers to outlives it and every response it has given out.
class PicturesEndpoint final {
 public:
  PicturesEndpoint(ResultStore& results, Thumbnails& thumbnails, const ImageLinks& links)
      : results_(results), thumbnails_(thumbnails), links_(links) {}

  // Route parameter `file`; query expires and signature. One range, ETag and If-None-Match.
  // not_found for a picture that is gone and for an expired link, forbidden for one that was not
  // made here.
  Task<http::Response> get(http::Request request) const;

 private:
  Result<http::Response> picture(const http::Request& request) const;
  Task<http::Response> thumbnail(std::string id, http::Headers headers) const;

  ResultStore& results_;
  Thumbnails& thumbnails_;
  const ImageLinks& links_;
};

}  // namespace gw::api
