// /v1/library: what was made under a key, to look at, mark, delete, have back and carry away.
#pragma once

#include "api/v1/library_wire.hpp"
#include "core/library/image_links.hpp"
#include "core/library/library.hpp"
#include "core/library/results.hpp"
#include "core/library/thumbnails.hpp"
#include "http/message.hpp"

namespace gw::api {

// I/O thread; what it refers to outlives it and every response it has given out. The caller is the
// owner; unknown pictures and those of others are both not_found. Route parameter `id`.
class LibraryEndpoint final {
 public:
  LibraryEndpoint(Library& library, Thumbnails& thumbnails, ResultStore& results,
                  const ImageLinks& links)
      : library_(library), thumbnails_(thumbnails), results_(results), links_(links) {}

  Task<http::Response> list(http::Request request, RequestContext& context);
  Task<http::Response> item(http::Request request, RequestContext& context);
  Task<http::Response> change(http::Request request, RequestContext& context);
  Task<http::Response> remove(http::Request request, RequestContext& context);
  Task<http::Response> restore(http::Request request, RequestContext& context);
  Task<http::Response> thumbnail(http::Request request, RequestContext& context);
  // Streamed, and its length is known before. Nothing of it is sent when a picture is missing.
  Task<http::Response> zip(http::Request request, RequestContext& context);
  Task<http::Response> erase(http::Request request, RequestContext& context);

 private:
  boost::json::object shown(const PictureRow& row, const RequestContext& context) const;

  Library& library_;
  Thumbnails& thumbnails_;
  ResultStore& results_;
  const ImageLinks& links_;
};

}  // namespace gw::api
