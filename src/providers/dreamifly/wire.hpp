// The bodies of POST /api/generate (protocol §3.2, §3.6). Pure.
#pragma once

#include "base/error.hpp"
#include "core/generation.hpp"
#include "providers/common/picture.hpp"
#include "transport/http_client.hpp"

#include <string>
#include <variant>

namespace gw::dreamifly {

// One picture; references become bare base64, the one form that fits every model behind the server.
std::string drawing_body(const ImageOrder& order);

// No known version answers with a URL, but a later one may.
using gw::PictureUrl;
using Drawing = std::variant<Picture, PictureUrl>;

// The body of a 200 answer. upstream_error when there is no picture in it. In the shape in which
// all known servers answer, the base64 is decoded straight from its blocks and each block is let go
// of as soon as it is read, so that megabytes of text are never there twice.
Result<Drawing> read_drawing(IncomingBody body);

// The same with a JSON parser, for any other shape; the fuzz target holds the two against each
// other.
Result<Drawing> parse_drawing(const IncomingBody& body);

}  // namespace gw::dreamifly
