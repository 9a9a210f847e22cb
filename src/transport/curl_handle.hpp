// libcurl's handles with owners. Included by transport/*.cpp alone: curl's names stay in this
// folder.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

namespace gw {

struct CurlEasyCleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CurlMultiCleanup {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct CurlListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using CurlEasy = std::unique_ptr<CURL, CurlEasyCleanup>;
using CurlMulti = std::unique_ptr<CURLM, CurlMultiCleanup>;
using CurlList = std::unique_ptr<curl_slist, CurlListCleanup>;

// libcurl counts these calls and does them under a lock (feature "threadsafe"), so every client has
// its own.
class CurlLibrary final {
 public:
  CurlLibrary();  // throws when libcurl cannot start: nothing of ours would work
  ~CurlLibrary();
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
};

CurlEasy make_easy();  // throw std::bad_alloc
CurlMulti make_multi();
void append(CurlList& list, const std::string& line);

// For options whose refusal would be a bug of ours: throws std::logic_error, and std::bad_alloc.
template <class Value>
void set_option(CURL* handle, CURLoption option, Value value);
[[noreturn]] void refuse_option(CURLoption option, CURLcode code);

template <class Value>
void set_option(CURL* handle, CURLoption option, Value value) {
  const auto code = curl_easy_setopt(handle, option, value);
  if (code != CURLE_OK) refuse_option(option, code);
}

}  // namespace gw
