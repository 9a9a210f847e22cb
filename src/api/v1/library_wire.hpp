// The library's queries and JSON ↔ domain values. Pure: no library, no clock, no sockets.
#pragma once

#include "core/ports/record_store.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

inline constexpr std::size_t kMaxSelected = 500;  // pictures of one zip

// Query of GET /library, without its owner: q, model, kind, favourite, user, from, before, after,
// limit. A plus sign is a space, as forms send it. invalid_request names what is wrong, unknown
// parameters included. Total: any bytes.
Result<PictureQuery> parse_library_query(std::string_view query);

// Query of DELETE /library: `erase=all`, or `user` alone. Nothing: everybody.
struct EraseOrder {
  std::optional<std::string> end_user;
};
Result<EraseOrder> parse_erase_query(std::string_view query);

// Body of PATCH /library/{id}.
Result<bool> parse_favourite(std::string_view body);

// Body of POST /library/zip: each id once, in their order.
Result<std::vector<PictureId>> parse_selection(std::string_view body);

// What of a picture is no part of its row.
struct LibraryLinks {
  std::string picture;
  std::string thumbnail;
  std::optional<WallTime> expires;  // of the picture; nothing: it is a favourite
};
boost::json::object picture_json(const PictureRow& row, const LibraryLinks& links);

}  // namespace gw::api
