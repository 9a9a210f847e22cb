#include "api/admin/page.hpp"

#include <string>
#include <string_view>

// From gw_embed in this module's CMakeLists.txt.
extern "C" {
extern const char gw_asset_admin_html[];
extern const char gw_asset_admin_html_end[];
extern const char gw_asset_admin_css[];
extern const char gw_asset_admin_css_end[];
extern const char gw_asset_admin_admin_js[];
extern const char gw_asset_admin_admin_js_end[];
extern const char gw_asset_admin_words_js[];
extern const char gw_asset_admin_words_js_end[];
extern const char gw_asset_admin_dom_js[];
extern const char gw_asset_admin_dom_js_end[];
extern const char gw_asset_admin_door_js[];
extern const char gw_asset_admin_door_js_end[];
extern const char gw_asset_admin_accounts_js[];
extern const char gw_asset_admin_accounts_js_end[];
extern const char gw_asset_admin_upstreams_js[];
extern const char gw_asset_admin_upstreams_js_end[];
extern const char gw_asset_admin_clearance_js[];
extern const char gw_asset_admin_clearance_js_end[];
extern const char gw_asset_admin_routes_js[];
extern const char gw_asset_admin_routes_js_end[];
extern const char gw_asset_admin_queue_js[];
extern const char gw_asset_admin_queue_js_end[];
}

namespace gw::api {
namespace {

constexpr std::string_view kScript = "text/javascript; charset=utf-8";

#define GW_ADMIN_SCRIPT(name)               \
  page_file("/admin/" #name ".js", kScript, \
            std::string(gw_asset_admin_##name##_js, gw_asset_admin_##name##_js_end))

}  // namespace

std::vector<Page::File> admin_page_files() {
  return {page_file("/admin", "text/html; charset=utf-8",
                    std::string(gw_asset_admin_html, gw_asset_admin_html_end)),
          page_file("/admin/admin.css", "text/css; charset=utf-8",
                    std::string(gw_asset_admin_css, gw_asset_admin_css_end)),
          GW_ADMIN_SCRIPT(admin),
          GW_ADMIN_SCRIPT(words),
          GW_ADMIN_SCRIPT(dom),
          GW_ADMIN_SCRIPT(door),
          GW_ADMIN_SCRIPT(accounts),
          GW_ADMIN_SCRIPT(upstreams),
          GW_ADMIN_SCRIPT(clearance),
          GW_ADMIN_SCRIPT(routes),
          GW_ADMIN_SCRIPT(queue)};
}

#undef GW_ADMIN_SCRIPT

http::Response serve_admin_page(const Page::File& file, const http::Request& request) {
  if (file.path == "/admin" && request.path().ends_with('/')) {
    http::Response response;
    response.status = 308;
    response.headers.set("Location", "../admin");
    return response;
  }
  return serve(file, request.headers);
}

}  // namespace gw::api
