// Any bytes are the beginning of a connection: what the strict check lets through, Beast must read
// in the same way, and no byte that could split a message may be left in it.
#include "http/head_check.hpp"
#include "http/request_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_clean(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// Byte by byte or at once: the head ends at the same place.
void check_incremental(std::string_view bytes, std::size_t length) {
  std::size_t scanned = 0;
  for (std::size_t size = 1; size < length; ++size) {
    const auto early = gw::http::head_length(bytes.substr(0, size), scanned);
    if (early) require(!gw::http::check_head(bytes.substr(0, *early)));
    if (early) return;
  }
  require(gw::http::head_length(bytes.substr(0, length), scanned) == length);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)gw::http::check_head(bytes);
  std::size_t scanned = 0;
  const auto length = gw::http::head_length(bytes, scanned);
  if (!length) return 0;
  require(*length > 0 && *length <= size);
  check_incremental(bytes, *length);

  const auto head = bytes.substr(0, *length);
  const auto parsed = gw::http::parse_head(head);
  if (!gw::http::check_head(head)) {
    require(!parsed);
    return 0;
  }
  if (!parsed) return 0;  // Beast may be stricter, never laxer
  require(!(parsed->chunked && parsed->content_length > 0));
  require(!(parsed->chunked && parsed->head.http_1_0));
  require(is_clean(parsed->head.target) && is_clean(parsed->head.method));
  require(std::ranges::none_of(parsed->head.target, [](char c) { return c <= 0x20 || c == 0x7F; }));
  std::size_t hosts = 0;
  for (const auto& [name, value] : parsed->head.headers) {
    require(is_clean(name) && is_clean(value));
    if (name == "Host") ++hosts;
  }
  require(hosts <= 1);
  return 0;
}
