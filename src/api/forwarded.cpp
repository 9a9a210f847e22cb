#include "api/forwarded.hpp"

#include "base/text.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace gw::api {
namespace {

namespace ip = boost::asio::ip;

using AddressBytes = std::array<std::uint8_t, 16>;

struct Address {
  AddressBytes bytes{};
  bool v4 = false;
};

std::optional<Address> parse_address(std::string_view text) {
  // A zone ("fe80::1%eth0") names an interface of some machine, not a client.
  if (text.contains('%')) return std::nullopt;
  boost::system::error_code bad;
  const auto address = ip::make_address(std::string(text), bad);
  if (bad) return std::nullopt;
  if (address.is_v6()) return Address{address.to_v6().to_bytes(), address.to_v6().is_v4_mapped()};
  return Address{ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes(), true};
}

bool same_prefix(const AddressBytes& a, const AddressBytes& b, unsigned bits) {
  const auto whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  const auto rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFF << (8 - rest));
  return (a[whole] & mask) == (b[whole] & mask);
}

std::optional<unsigned> number(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end || value > most)
    return std::nullopt;
  return value;
}

// "1.2.3.4:567" and "[::1]:80" → the address alone.
std::string_view without_port(std::string_view entry) {
  if (entry.starts_with('[')) return entry.substr(1, entry.find(']') - 1);
  const auto colon = entry.find(':');
  const bool one_colon =
      colon != std::string_view::npos && entry.find(':', colon + 1) == entry.npos;
  return one_colon ? entry.substr(0, colon) : entry;
}

std::string_view last_of_list(std::string_view list) {
  const auto comma = list.rfind(',');
  return trim(comma == std::string_view::npos ? list : list.substr(comma + 1));
}

// The values of all fields of that name, from the last to the first: later proxies append.
std::vector<std::string_view> hops_from_right(const http::Headers& headers) {
  std::vector<std::string_view> hops;
  for (const auto& [name, value] : headers) {
    if (!equals_ignoring_case(name, "x-forwarded-for")) continue;
    std::string_view rest = value;
    while (true) {
      const auto comma = rest.find(',');
      hops.push_back(trim(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  std::ranges::reverse(hops);
  return hops;
}

std::string client_address(const TrustedProxies& trusted, const http::RequestHead& head) {
  std::string client = head.remote_address;
  for (const auto hop : hops_from_right(head.headers)) {
    if (!trusted.contains(client)) break;
    const auto address = without_port(hop);
    if (!parse_address(address)) break;  // "unknown" and worse: the last good one stands
    client = address;
  }
  return client;
}

std::string_view last_field(const http::Headers& headers, std::string_view name) {
  std::string_view last;
  for (const auto& field : headers) {
    if (equals_ignoring_case(field.first, name)) last = field.second;
  }
  return last_of_list(last);
}

std::string origin_of(bool behind_proxy, const http::RequestHead& head) {
  std::string_view scheme = "http";
  std::string_view host = head.headers.find("host").value_or("");
  if (behind_proxy) {
    if (equals_ignoring_case(last_field(head.headers, "x-forwarded-proto"), "https"))
      scheme = "https";
    const auto forwarded = last_field(head.headers, "x-forwarded-host");
    if (is_plain_host(forwarded)) host = forwarded;
  }
  return is_plain_host(host) ? fmt::format("{}://{}", scheme, host) : std::string();
}

}  // namespace

Result<TrustedProxies::Network> TrustedProxies::parse(std::string_view entry) {
  const auto slash = entry.find('/');
  const auto address = parse_address(trim(entry.substr(0, slash)));
  const auto bad = [&] {
    return fail(Error::invalid_request(
        "TRUSTED_PROXIES",
        fmt::format("\"{}\" is neither an address nor a network such as 10.0.0.0/8", entry)));
  };
  if (!address) return bad();
  if (slash == std::string_view::npos) return Network{address->bytes, 128};
  const auto prefix = number(trim(entry.substr(slash + 1)), address->v4 ? 32 : 128);
  if (!prefix) return bad();
  return Network{address->bytes, address->v4 ? *prefix + 96 : *prefix};
}

Result<TrustedProxies> TrustedProxies::create(const std::vector<std::string>& entries) {
  TrustedProxies proxies;
  for (const auto& entry : entries) {
    GW_TRY(const auto network, parse(entry));
    proxies.networks_.push_back(network);
  }
  return proxies;
}

bool TrustedProxies::contains(std::string_view address) const {
  const auto parsed = parse_address(address);
  return parsed && std::ranges::any_of(networks_, [&](const Network& network) {
           return same_prefix(parsed->bytes, network.address, network.prefix);
         });
}

void identify(const ForwardedOptions& options, const http::RequestHead& head,
              RequestContext& context) {
  const bool behind_proxy = options.trusted.contains(head.remote_address);
  context.client = behind_proxy ? client_address(options.trusted, head) : head.remote_address;
  context.origin =
      options.public_base_url.empty() ? origin_of(behind_proxy, head) : options.public_base_url;
}

bool is_plain_host(std::string_view host) {
  constexpr std::size_t kLongestName = 255;
  if (host.empty() || host.size() > kLongestName) return false;
  std::string_view port;
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return false;
    const auto address = parse_address(host.substr(1, end - 1));
    if (!address || !host.substr(1, end - 1).contains(':')) return false;
    port = host.substr(end + 1);
  } else {
    const auto colon = host.find(':');
    const auto name = host.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view{} : host.substr(colon);
    const auto plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '-' || c == '_';
    };
    if (name.empty() || !std::ranges::all_of(name, plain)) return false;
  }
  if (port.empty()) return true;
  return port.front() == ':' && number(port.substr(1), 65'535).value_or(0) > 0;
}

}  // namespace gw::api
