// /openapi.json: what every endpoint takes and answers, for people and for programs.
#pragma once

#include "api/web/page.hpp"

#include <boost/json/object.hpp>

#include <span>
#include <string_view>

namespace gw::api {

// OpenAPI 3.1, merged from the files of docs/openapi that were built into the program; about a
// millisecond's work. A test holds it against the router, another against real answers.
boost::json::object openapi_document();

Page::File openapi_file();
http::Response serve_openapi(const Page::File& file, const http::Headers& request);

}  // namespace gw::api
