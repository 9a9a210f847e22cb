// Where the API of a server begins.
#pragma once

#include <string>
#include <string_view>

namespace gw::openai {

// What comes before "/images/generations": the base URL without trailing slashes, ending in its
// version. Operators give it with and without; what ends in a version of its own ("/v1", "/api/v3",
// "/v1beta") stays as it is. Pure.
std::string api_root(std::string_view base_url);

}  // namespace gw::openai
