#include "transport/curl_handle.hpp"

#include <fmt/format.h>

#include <new>
#include <stdexcept>

namespace gw {

CurlLibrary::CurlLibrary() {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    throw std::runtime_error("libcurl cannot start");
}

CurlLibrary::~CurlLibrary() {
  curl_global_cleanup();
}

CurlEasy make_easy() {
  CurlEasy handle(curl_easy_init());
  if (!handle) throw std::bad_alloc();
  return handle;
}

CurlMulti make_multi() {
  CurlMulti handle(curl_multi_init());
  if (!handle) throw std::bad_alloc();
  return handle;
}

void append(CurlList& list, const std::string& line) {
  auto* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

void refuse_option(CURLoption option, CURLcode code) {
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  throw std::logic_error(fmt::format("libcurl refused option {}: {}", static_cast<int>(option),
                                     curl_easy_strerror(code)));
}

}  // namespace gw
