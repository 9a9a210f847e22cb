#include "transport/public_url.hpp"

#include "transport/curl_handle.hpp"

#include <algorithm>
#include <new>

namespace gw {
namespace {

constexpr std::size_t kMostBytes = 8192;
constexpr std::string_view kHostCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
constexpr std::string_view kLiteralCharacters = "0123456789abcdefABCDEF:.";

struct CurlUrlCleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlCleanup>;

// Empty when the URL has none.
std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

// Names in other scripts come as xn--…: who looks them up must not have to guess their ASCII form.
bool is_plain_host(std::string& host) {
  if (!host.starts_with('[')) {
    return !host.empty() && host.find_first_not_of(kHostCharacters) == std::string::npos;
  }
  if (!host.ends_with(']')) return false;
  host = host.substr(1, host.size() - 2);
  return !host.empty() && host.find_first_not_of(kLiteralCharacters) == std::string::npos;
}

bool is_plain(const std::string& text) {
  return text.size() <= kMostBytes &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::expected<PublicUrl, std::string> parse_public_url(const std::string& text) {
  using Fault = std::unexpected<std::string>;
  if (!is_plain(text)) return Fault("the URL is too long, or not of printable ASCII alone");
  const CurlUrl url(curl_url());
  if (!url) throw std::bad_alloc();
  // Without a flag that guesses: an unknown scheme, or none, is an error.
  const auto code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER);
  if (code != CURLUE_OK) return Fault(std::string("libcurl: ") + curl_url_strerror(code));
  const auto scheme = part_of(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return Fault("the scheme is neither http nor https");
  const std::string own_port = scheme == "http" ? "80" : "443";
  if (part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT) != own_port)
    return Fault("the port is not the scheme's own");

  PublicUrl parsed;
  parsed.host = part_of(url.get(), CURLUPART_HOST);
  if (!is_plain_host(parsed.host)) return Fault("the host has no plain name");
  if (!part_of(url.get(), CURLUPART_ZONEID).empty()) return Fault("the address has a zone");
  parsed.port = scheme == "http" ? 80 : 443;
  curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
  parsed.text = part_of(url.get(), CURLUPART_URL);
  return parsed;
}

}  // namespace gw
