// Queries of the admin door: nothing that is sent is overlooked.
#pragma once

#include "base/error.hpp"
#include "http/message.hpp"

#include <initializer_list>
#include <string_view>

namespace gw::api {

// invalid_request for a parameter that is none of `names`.
Result<void> expect_query(const http::Request& request,
                          std::initializer_list<std::string_view> names);

}  // namespace gw::api
