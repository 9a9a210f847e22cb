#include "app/value_parsers.hpp"

#include "base/text.hpp"
#include "telemetry/log_line.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace gw::app {
namespace {

namespace chrono = std::chrono;
namespace json = boost::json;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 6> kTimeUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}, {"", 1'000}}};

constexpr std::array<Unit, 10> kSizeUnits{{{"TiB", 1ull << 40},
                                           {"GiB", 1ull << 30},
                                           {"MiB", 1ull << 20},
                                           {"KiB", 1ull << 10},
                                           {"TB", 1'000'000'000'000},
                                           {"GB", 1'000'000'000},
                                           {"MB", 1'000'000},
                                           {"KB", 1'000},
                                           {"B", 1},
                                           {"", 1}}};

// Nothing on anything but digits, or when the number has no room.
std::optional<std::uint64_t> to_number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> to_measure(std::string_view text, std::span<const Unit> units) {
  const auto split = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = to_number(text.substr(0, split));
  const auto name = trim(text.substr(split));
  const auto unit = std::ranges::find_if(
      units, [&](const Unit& known) { return equals_ignoring_case(known.name, name); });
  if (!number || unit == units.end()) return std::nullopt;
  std::uint64_t value = 0;
  if (__builtin_mul_overflow(*number, unit->factor, &value)) return std::nullopt;
  return value;
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

struct UrlParts {
  std::string scheme;
  std::string_view user;  // with its password
  std::string_view host;
  std::string_view port;
  std::string_view path;
};

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    boost::system::error_code error;
    if (!host.ends_with(']')) return false;
    boost::asio::ip::make_address_v6(std::string(host.substr(1, host.size() - 2)), error);
    return !error;
  }
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

bool is_port(std::string_view text) {
  const auto number = to_number(text);
  return number && *number >= 1 && *number <= 65'535;
}

// Where the port's colon would be: behind an IPv6 address in brackets colons belong to the host.
std::size_t port_colon(std::string_view authority) {
  const auto bracket = authority.rfind(']');
  return authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
}

std::optional<UrlParts> split_url(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos || !is_visible_ascii(text)) return std::nullopt;
  if (text.find_first_of("?#\\\"<>") != std::string_view::npos) return std::nullopt;
  UrlParts parts;
  parts.scheme = to_lower(text.substr(0, colon));
  auto rest = text.substr(colon + 3);
  const auto slash = std::min(rest.find('/'), rest.size());
  parts.path = rest.substr(slash);
  auto authority = rest.substr(0, slash);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    parts.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  const auto port = std::min(port_colon(authority), authority.size());
  parts.host = authority.substr(0, port);
  if (port < authority.size()) {
    parts.port = authority.substr(port + 1);
    if (!is_port(parts.port)) return std::nullopt;
  }
  if (!is_host(parts.host)) return std::nullopt;
  return parts;
}

bool is_web_server(const std::optional<UrlParts>& parts) {
  return parts && (parts->scheme == "http" || parts->scheme == "https") && parts->user.empty();
}

std::string join(const UrlParts& parts) {
  auto url = fmt::format("{}://{}", parts.scheme, to_lower(parts.host));
  if (!parts.port.empty()) url += fmt::format(":{}", parts.port);
  return url;
}

// A percent sign that begins no escape is itself.
std::string unescaped(std::string_view text) {
  return percent_decode(text).value_or(std::string(text));
}

std::optional<std::string> to_network(std::string_view text) {
  namespace ip = boost::asio::ip;
  boost::system::error_code error;
  const bool single = text.find('/') == std::string_view::npos;
  const bool v6 = text.find(':') != std::string_view::npos;
  const auto full = std::string(text) + (single ? (v6 ? "/128" : "/32") : "");
  const auto shown = v6 ? ip::make_network_v6(full, error).canonical().to_string()
                        : ip::make_network_v4(full, error).canonical().to_string();
  if (error) return std::nullopt;
  return shown;
}

// The name and password of a URL, which may be a good one in the wrong setting.
std::string without_user(std::string_view text) {
  const auto at = text.rfind('@');
  const auto scheme = text.find("://");
  if (at == text.npos || scheme == text.npos || scheme + 3 > at) return std::string(text);
  return fmt::format("{}***{}", text.substr(0, scheme + 3), text.substr(at));
}

}  // namespace

std::string must_be(std::string_view what, std::string_view given) {
  constexpr std::size_t kShown = 60;
  const auto text = without_user(given);
  const auto start = std::string_view(text).substr(0, kShown);
  std::string shown;
  for (const char c : start) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      shown += c;
    }
  }
  // A cut must not leave half a character.
  while (text.size() > kShown && !shown.empty() && !is_utf8(shown)) shown.pop_back();
  return fmt::format("must be {}, not '{}{}'", what, shown, text.size() > kShown ? "…" : "");
}

Parsed<std::uint64_t> parse_whole_number(std::string_view text, std::uint64_t least,
                                         std::uint64_t most) {
  const auto number = to_number(text);
  if (number && *number >= least && *number <= most) return *number;
  const bool name_both = least == 0 || (number && *number > most);
  const auto bound =
      name_both ? fmt::format("from {} to {}", least, most) : fmt::format("of at least {}", least);
  return std::unexpected(must_be("a whole number " + bound, text));
}

Parsed<double> parse_share(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error == std::errc() && end == text.data() + text.size() && value >= 0 && value <= 1) {
    return value;
  }
  return std::unexpected(must_be("a number from 0 to 1", text));
}

Parsed<chrono::milliseconds> parse_duration(std::string_view text, chrono::milliseconds least,
                                            chrono::milliseconds most) {
  const auto value = to_measure(text, kTimeUnits);
  if (value && *value >= static_cast<std::uint64_t>(least.count()) &&
      *value <= static_cast<std::uint64_t>(most.count())) {
    return chrono::milliseconds(*value);
  }
  return std::unexpected(must_be(
      fmt::format(
          "a duration from {} to {} such as 90s, 30m, 24h or 7d (plain numbers are seconds)",
          show_duration(least), show_duration(most)),
      text));
}

std::string show_duration(chrono::milliseconds time) {
  const auto value = static_cast<std::uint64_t>(time.count());
  if (value == 0) return "0s";
  const auto unit = std::ranges::find_if(
      kTimeUnits, [&](const Unit& candidate) { return value % candidate.factor == 0; });
  return fmt::format("{}{}", value / unit->factor, unit->name);
}

Parsed<std::uint64_t> parse_size(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const auto value = to_measure(text, kSizeUnits);
  if (value && *value >= least && *value <= most) return *value;
  return std::unexpected(must_be(fmt::format("a size from {} to {} such as 500KB, 30MB or 10GiB",
                                             show_size(least), show_size(most)),
                                 text));
}

std::string show_size(std::uint64_t bytes) {
  if (bytes == 0) return "0B";
  const Unit* best = &kSizeUnits.back();
  for (const auto& unit : kSizeUnits) {
    if (bytes % unit.factor == 0 && unit.factor > best->factor) best = &unit;
  }
  return fmt::format("{}{}", bytes / best->factor, best->factor == 1 ? "B" : best->name);
}

Parsed<LogLevel> parse_log_level(std::string_view text) {
  for (const auto level :
       {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error, LogLevel::off}) {
    if (equals_ignoring_case(text, to_string(level))) return level;
  }
  return std::unexpected(must_be("debug, info, warn, error or off", text));
}

Parsed<api::ChatPictures> parse_chat_pictures(std::string_view text) {
  using enum api::ChatPictures;
  for (const auto pictures : {images, markdown, both}) {
    if (equals_ignoring_case(text, to_string(pictures))) return pictures;
  }
  return std::unexpected(must_be("images, markdown or both", text));
}

Parsed<Sharing> parse_sharing(std::string_view text) {
  using enum Sharing;
  for (const auto sharing : {off, seeded, always}) {
    if (equals_ignoring_case(text, to_string(sharing))) return sharing;
  }
  return std::unexpected(must_be("seeded, off or always", text));
}

Parsed<std::string> parse_listen_address(std::string_view text) {
  if (equals_ignoring_case(text, "localhost")) return "127.0.0.1";
  auto bare = text;
  if (bare.starts_with('[') && bare.ends_with(']')) bare = bare.substr(1, bare.size() - 2);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(bare), error);
  if (!error) return address.to_string();
  return std::unexpected(
      must_be("an IP address of this machine, such as 127.0.0.1 or 0.0.0.0 (all)", text));
}

Parsed<std::vector<std::string>> parse_networks(std::string_view text) {
  std::vector<std::string> networks;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(", \t"), text.size());
    const auto one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (one.empty()) continue;
    auto network = to_network(one);
    if (!network) {
      return std::unexpected(
          must_be("IP addresses or networks such as 127.0.0.1, 10.0.0.0/8", one));
    }
    networks.push_back(std::move(*network));
  }
  return networks;
}

Parsed<std::vector<std::string>> parse_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(", \t"), text.size());
    std::string one(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (one.empty()) continue;
    const bool visible = std::ranges::all_of(one, [](char c) { return c > ' ' && c < 0x7f; });
    if (!visible) return std::unexpected(must_be("names in visible ASCII", one));
    if (std::ranges::find(names, one) != names.end())
      return std::unexpected(fmt::format("has '{}' twice", one));
    names.push_back(std::move(one));
  }
  return names;
}

Parsed<Switch> parse_switch(std::string_view text) {
  constexpr std::string_view kOn[] = {"on", "true", "yes", "1"};
  constexpr std::string_view kOff[] = {"off", "false", "no", "0"};
  const auto is_text = [&](std::string_view word) { return equals_ignoring_case(word, text); };
  if (std::ranges::any_of(kOn, is_text)) return Switch::on;
  if (std::ranges::any_of(kOff, is_text)) return Switch::off;
  return std::unexpected(must_be("on or off", text));
}

Parsed<std::string> parse_origin(std::string_view text) {
  const auto parts = split_url(text);
  if (is_web_server(parts) && (parts->path.empty() || parts->path == "/")) return join(*parts);
  return std::unexpected(must_be("http(s)://host or http(s)://host:port without a path", text));
}

Parsed<std::string> parse_path(std::string_view text) {
  constexpr std::size_t kLongest = 512;
  const bool good = text.starts_with('/') && !text.starts_with("//") && text.size() <= kLongest &&
                    is_visible_ascii(text) && !text.contains('#') && !text.contains('\\');
  if (good) return std::string(text);
  return std::unexpected(must_be("a path such as /api/models", text));
}

Parsed<std::string> parse_base_url(std::string_view text) {
  const auto parts = split_url(text);
  if (!is_web_server(parts)) {
    return std::unexpected(must_be("http(s)://host, with port and path as needed", text));
  }
  auto url = join(*parts).append(parts->path);
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Parsed<Proxy> parse_proxy(std::string_view text) {
  const auto parts = split_url(text);
  const bool known = parts && (parts->scheme == "http" || parts->scheme == "socks5h");
  if (known && !parts->port.empty() && (parts->path.empty() || parts->path == "/")) {
    const auto colon = std::min(parts->user.find(':'), parts->user.size());
    const auto behind = std::min(colon + 1, parts->user.size());
    return Proxy{.url = fmt::format("{}://{}:{}", parts->scheme, parts->host, parts->port),
                 .user = unescaped(parts->user.substr(0, colon)),
                 .password = Secret(unescaped(parts->user.substr(behind)))};
  }
  return std::unexpected(
      "must be http://host:port or socks5h://host:port, with user:password@ before the host if the "
      "proxy wants it");
}

std::string show_proxy(const Proxy& proxy) {
  auto shown = proxy.url;
  if (proxy.has_credentials()) shown.insert(shown.find("://") + 3, "***@");
  return shown;
}

bool is_placeholder(std::string_view text) {
  constexpr std::string_view kParts[] = {"change-me", "your-super-secret", "your-actual-token"};
  const auto lower = to_lower(text);
  return std::ranges::any_of(kParts, [&](auto part) { return lower.contains(part); });
}

Parsed<Secret> parse_own_key(std::string_view text) {
  if (text.empty()) {
    return std::unexpected("is empty; choose a long random key, or leave the setting out");
  }
  if (text == "1") {
    return std::unexpected(
        "'1' once meant \"no key\"; this program always asks for one. Choose a long random key, or "
        "leave the "
        "setting out");
  }
  if (is_placeholder(text)) {
    return std::unexpected(
        "is still the placeholder of .env.example; choose a long random key, or leave the setting "
        "out");
  }
  return parse_credential(text);
}

Parsed<Secret> parse_credential(std::string_view text) {
  if (is_visible_ascii(text)) return Secret(std::string(text));
  return std::unexpected("must be visible ASCII without spaces, because it travels in a header");
}

Parsed<std::map<std::string, std::string>> parse_text_map(std::string_view text,
                                                          EmptyValues empty_values) {
  static constexpr std::string_view kForm =
      R"(must be a JSON object of texts such as {"name": "text"})";
  boost::system::error_code error;
  const auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !parsed.is_object()) return std::unexpected(std::string(kForm));
  std::map<std::string, std::string> map;
  for (const auto& [name, value] : parsed.get_object()) {
    const auto* content = value.if_string();
    if (!content)
      return std::unexpected(fmt::format("{}; '{}' is no text", kForm, std::string_view(name)));
    if (name.empty()) return std::unexpected("has an empty name");
    if (content->empty() && empty_values == EmptyValues::refused) {
      return std::unexpected(fmt::format("has nothing for '{}'", std::string_view(name)));
    }
    map.emplace(name, std::string(*content));
  }
  return map;
}

std::string show_text_map(const std::map<std::string, std::string>& map) {
  json::object object;
  for (const auto& [name, text] : map) object.emplace(name, text);
  return json::serialize(object);
}

}  // namespace gw::app
