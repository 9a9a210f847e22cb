// Rules for JSON bodies that several doors share.
#pragma once

#include "base/error.hpp"
#include "http/message.hpp"

#include <cstddef>

namespace gw::api {

// Parsing this much takes about a millisecond; more of it would hold up everybody else.
inline constexpr std::size_t kParsedAtOnce = 128 * 1024;

// unsupported_media_type for any other Content-Type. None at all is JSON too: several clients send
// none.
Result<void> expect_json(const http::Headers& headers);

}  // namespace gw::api
