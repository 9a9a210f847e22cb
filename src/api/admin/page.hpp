// The embedded page at "/admin" and its assets. Its colours and type are the studio's
// (/assets/page.css).
#pragma once

#include "api/web/page.hpp"

#include <vector>

namespace gw::api {

// What was built into the program.
std::vector<Page::File> admin_page_files();

// At "/admin/" the page's relative links would miss: the answer sends on to "/admin".
http::Response serve_admin_page(const Page::File& file, const http::Request& request);

}  // namespace gw::api
