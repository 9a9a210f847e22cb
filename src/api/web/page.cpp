#include "api/web/page.hpp"

#include "base/digest.hpp"

#include <array>
#include <fstream>
#include <iterator>

// From gw_embed in this folder's CMakeLists.txt.
extern "C" {
extern const char gw_asset_page_html[];
extern const char gw_asset_page_html_end[];
extern const char gw_asset_page_css[];
extern const char gw_asset_page_css_end[];
extern const char gw_asset_page_js[];
extern const char gw_asset_page_js_end[];
extern const char gw_asset_words_js[];
extern const char gw_asset_words_js_end[];
extern const char gw_asset_dom_js[];
extern const char gw_asset_dom_js_end[];
extern const char gw_asset_gateway_js[];
extern const char gw_asset_gateway_js_end[];
extern const char gw_asset_form_js[];
extern const char gw_asset_form_js_end[];
extern const char gw_asset_jobs_js[];
extern const char gw_asset_jobs_js_end[];
extern const char gw_asset_library_js[];
extern const char gw_asset_library_js_end[];
}

namespace gw::api {
namespace {

struct Asset {
  std::string_view path;
  std::string_view type;
  std::string_view file_name;
  std::string_view bytes;
};

constexpr std::string_view kScript = "text/javascript; charset=utf-8";

#define GW_SCRIPT(name)                              \
  Asset {                                            \
    "/assets/" #name ".js", kScript, #name ".js", {  \
      gw_asset_##name##_js, gw_asset_##name##_js_end \
    }                                                \
  }

std::array<Asset, 9> assets() {
  return {{
      {"/", "text/html; charset=utf-8", "index.html", {gw_asset_page_html, gw_asset_page_html_end}},
      {"/assets/page.css",
       "text/css; charset=utf-8",
       "page.css",
       {gw_asset_page_css, gw_asset_page_css_end}},
      GW_SCRIPT(page),
      GW_SCRIPT(words),
      GW_SCRIPT(dom),
      GW_SCRIPT(gateway),
      GW_SCRIPT(form),
      GW_SCRIPT(jobs),
      GW_SCRIPT(library),
  }};
}

#undef GW_SCRIPT

}  // namespace

Page::File page_file(std::string_view path, std::string_view type, std::string bytes) {
  const auto digest = sha256(bytes);
  auto etag = "\"" + hex(std::span(digest).first(8)) + "\"";
  return {path, type, share(std::move(bytes)), std::move(etag)};
}

Page Page::embedded() {
  std::vector<File> files;
  for (const auto& asset : assets())
    files.push_back(page_file(asset.path, asset.type, std::string(asset.bytes)));
  return Page(std::move(files));
}

Result<Page> Page::from_folder(const std::filesystem::path& folder) {
  std::vector<File> files;
  for (const auto& asset : assets()) {
    const auto path = folder / asset.file_name;
    std::ifstream in(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
      return fail(
          Error(ErrorKind::storage_unavailable, "cannot read the page's file " + path.string()));
    }
    files.push_back(page_file(asset.path, asset.type, std::move(bytes)));
  }
  return Page(std::move(files));
}

http::Response serve(const Page::File& file, const http::Headers& request) {
  http::Response response;
  auto& headers = response.headers;
  headers.set("ETag", file.etag);
  headers.set("Cache-Control", "no-cache");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  if (request.find("if-none-match") == file.etag) {
    response.status = 304;
    return response;
  }
  headers.set("Content-Type", std::string(file.type));
  response.pieces.push_back(file.bytes);
  return response;
}

}  // namespace gw::api
