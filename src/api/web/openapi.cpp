#include "api/web/openapi.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <stdexcept>
#include <string>

// From gw_embed in this module's CMakeLists.txt.
extern "C" {
extern const char gw_asset_openapi_gateway[];
extern const char gw_asset_openapi_gateway_end[];
extern const char gw_asset_openapi_images[];
extern const char gw_asset_openapi_images_end[];
extern const char gw_asset_openapi_chat[];
extern const char gw_asset_openapi_chat_end[];
extern const char gw_asset_openapi_jobs[];
extern const char gw_asset_openapi_jobs_end[];
extern const char gw_asset_openapi_library[];
extern const char gw_asset_openapi_library_end[];
extern const char gw_asset_openapi_operation[];
extern const char gw_asset_openapi_operation_end[];
extern const char gw_asset_openapi_admin[];
extern const char gw_asset_openapi_admin_end[];
}

namespace gw::api {
namespace {

namespace json = boost::json;

#define GW_OPENAPI_PART(name) \
  std::string_view(gw_asset_openapi_##name, gw_asset_openapi_##name##_end)

// The first has what all of them share.
std::array<std::string_view, 7> parts() {
  return {GW_OPENAPI_PART(gateway), GW_OPENAPI_PART(images),  GW_OPENAPI_PART(chat),
          GW_OPENAPI_PART(jobs),    GW_OPENAPI_PART(library), GW_OPENAPI_PART(operation),
          GW_OPENAPI_PART(admin)};
}

#undef GW_OPENAPI_PART

// Objects are merged, lists are joined; what is there twice is a bug that the first test shows.
void merge(json::object& into, const json::object& part) {
  for (const auto& [key, value] : part) {
    auto* there = into.if_contains(key);
    if (!there) {
      into.emplace(key, value);
    } else if (there->is_object() && value.is_object()) {
      merge(there->get_object(), value.get_object());
    } else if (there->is_array() && value.is_array()) {
      for (const auto& item : value.get_array()) there->get_array().push_back(item);
    } else {
      throw std::logic_error("docs/openapi has twice: " + std::string(key));
    }
  }
}

}  // namespace

json::object openapi_document() {
  json::object document;
  for (const auto part : parts()) merge(document, json::parse(part).as_object());
  return document;
}

Page::File openapi_file() {
  return page_file("/openapi.json", "application/json", json::serialize(openapi_document()));
}

http::Response serve_openapi(const Page::File& file, const http::Headers& request) {
  auto response = serve(file, request);
  response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return response;
}

}  // namespace gw::api
