// Pictures inside JSON: data:image/png;base64,… (RFC 2397).
#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"

#include <string>
#include <string_view>

namespace gw::api {

bool is_data_url(std::string_view url);

// Its bytes. The media type is not looked at, because what the bytes are, they say themselves. Only
// base64 is taken; invalid_request naming `param` for everything else. Total: any bytes.
Result<SharedBytes> decode_data_url(std::string_view url, const std::string& param);

}  // namespace gw::api
