// Any bytes are a URL of a stranger's: what is taken is printable, means the same when it is read
// again, and names no address of ours in plain writing.
#include "transport/public_address.hpp"
#include "transport/public_url.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

bool is_printable(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto url = gw::parse_public_url(std::string(reinterpret_cast<const char*>(data), size));
  if (!url) {
    expect(!url.error().empty());
    return 0;
  }
  expect(url->text.starts_with("http://") || url->text.starts_with("https://"));
  expect(url->port == (url->text.starts_with("http://") ? 80 : 443));
  expect(!url->host.empty() && url->host.find_first_of("/?#@\\[] %") == std::string::npos);
  expect(is_printable(url->host) && is_printable(url->text));

  const auto again = gw::parse_public_url(url->text);
  expect(again && again->host == url->host && again->port == url->port);
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(url->host, no_address);
  if (!no_address && (address.is_loopback() || address.is_multicast() || address.is_unspecified()))
    expect(!gw::is_public(address));
  return 0;
}
