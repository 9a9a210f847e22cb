// The bodies of POST /api/generate (protocol §3.2, §3.6). Pure.
#pragma once

#include "base/error.hpp"
#include "core/generation.hpp"
#include "transport/http_client.hpp"

#include <string>
#include <variant>

namespace gw::dreamifly {

// One picture; references become bare base64, the one form that fits every model behind the server.
std::string drawing_body(const ImageOrder& order);

// Where a picture is to be fetched from. No known version answers so, but a later one may.
struct PictureUrl {
  std::string url;
};

// The body of a 200 answer. upstream_error when there is no picture in it.
Result<std::variant<Picture, PictureUrl>> read_drawing(const IncomingBody& body);

// Format and size come from the bytes; labels were seen to be wrong. upstream_error when it is no
// picture.
Result<Picture> picture_of(std::string bytes);

}  // namespace gw::dreamifly
