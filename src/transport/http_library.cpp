#include "transport/http_library.hpp"

#include "transport/curl_handle.hpp"

namespace gw {
namespace {

// Not among the features that libcurl lists: one has to try.
bool knows_socks() {
  const CurlLibrary library;
  const auto easy = make_easy();
  return curl_easy_setopt(easy.get(), CURLOPT_PROXYTYPE,
                          static_cast<long>(CURLPROXY_SOCKS5_HOSTNAME)) == CURLE_OK;
}

}  // namespace

HttpLibrary http_library() {
  const auto* info = curl_version_info(CURLVERSION_NOW);
  const auto has = [info](int feature) { return (info->features & feature) != 0; };
  HttpLibrary library;
  library.version = info->version;
  if (info->ssl_version) library.tls = info->ssl_version;
  library.http2 = has(CURL_VERSION_HTTP2);
  library.socks = knows_socks();
  if (has(CURL_VERSION_LIBZ)) library.decoders = {"gzip", "deflate"};
  if (has(CURL_VERSION_BROTLI)) library.decoders.emplace_back("br");
  if (has(CURL_VERSION_ZSTD)) library.decoders.emplace_back("zstd");
  if (!has(CURL_VERSION_ASYNCHDNS)) library.names = HttpLibrary::Names::blocking;
  return library;
}

}  // namespace gw
