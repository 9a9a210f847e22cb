#include "transport/edge/pasted.hpp"

#include "base/text.hpp"
#include "transport/edge/cookie_text.hpp"
#include "transport/edge/curl_command.hpp"
#include "transport/edge/scope.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace gw::edge {
namespace {

constexpr std::size_t kLongestText = 64u << 10;
constexpr std::size_t kLongestUserAgent = 512;
constexpr std::size_t kMostCookies = 16;
constexpr std::int64_t kLatestExpiry = 7'258'118'399;  // 2200-12-31, within a point in time's range

using Cookies = std::expected<EdgeCookies, PasteFault>;

std::unexpected<PasteFault> bad_text(std::string_view message) {
  return std::unexpected(PasteFault{.field = "text", .message = message});
}

std::unexpected<PasteFault> bad_user_agent(std::string_view message) {
  return std::unexpected(PasteFault{.field = "user_agent", .message = message});
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

// A browser sends a name twice when it keeps a cookie for more than one place; the first counts.
void keep(EdgeCookies& cookies, EdgeCookie cookie) {
  if (cookies.size() < kMostCookies && !find_cookie(cookies, cookie.name))
    cookies.push_back(std::move(cookie));
}

Cookies with_clearance(EdgeCookies cookies) {
  if (!find_cookie(cookies, kClearance)) return bad_text("holds no cookie named cf_clearance");
  const auto good = [](const EdgeCookie& cookie) { return is_cookie_value(cookie.value.reveal()); };
  if (!std::ranges::all_of(cookies, good)) {
    return bad_text(
        "has a cookie whose value is none: visible ASCII without spaces, quotes, commas and "
        "backslashes, at most 4096 characters");
  }
  return cookies;
}

Cookies from_cookie_line(std::string_view line) {
  constexpr std::string_view kHeader = "cookie:";
  if (equals_ignoring_case(line.substr(0, kHeader.size()), kHeader))
    line = line.substr(kHeader.size());
  EdgeCookies cookies;
  while (!line.empty()) {
    const auto [name, value] = split_pair(take_part(line));
    if (!is_edge_cookie(name)) continue;
    keep(cookies, {.name = std::string(name),
                   .value = Secret(std::string(value)),
                   .domain = {},
                   .expires_at = {}});
  }
  return with_clearance(std::move(cookies));
}

// A value may end with equals signs; anywhere else one stands behind a name.
bool is_bare_value(std::string_view text) {
  if (text.contains(';') || text.contains(':') || is_edge_cookie(split_pair(text).first))
    return false;
  return !text.substr(0, text.find_last_not_of('=') + 1).contains('=');
}

Cookies from_line(std::string_view line) {
  if (!is_visible(line)) return bad_text("must be one line of visible characters");
  if (!is_bare_value(line)) return from_cookie_line(line);
  EdgeCookies cookies;
  cookies.push_back({.name = std::string(kClearance),
                     .value = Secret(std::string(line)),
                     .domain = {},
                     .expires_at = {}});
  return with_clearance(std::move(cookies));
}

using Columns =
    std::array<std::string_view, 7>;  // domain, below too, path, secure, expiry, name, …

std::optional<Columns> columns_of(std::string_view line) {
  Columns columns;
  for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos) return std::nullopt;
    columns[i] = line.substr(0, tab);
    line.remove_prefix(tab + 1);
  }
  columns.back() = line;
  return columns;
}

// 0, or no number: it ends with the browser, and we are not told when.
std::optional<WallTime> expiry_of(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || stop != text.data() + text.size() || seconds <= 0)
    return std::nullopt;
  return WallTime(std::chrono::seconds(std::min(seconds, kLatestExpiry)));
}

std::optional<EdgeCookie> from_columns(const Columns& columns, const Address& zone) {
  const auto domain = to_lower(columns[0].substr(columns[0].starts_with('.') ? 1 : 0));
  const auto host = split_port(zone.host).host;
  const bool below = equals_ignoring_case(columns[1], "TRUE") && may_name_domain(host, domain);
  if (!below && domain != host) return std::nullopt;
  if (!is_edge_cookie(columns[5])) return std::nullopt;
  return EdgeCookie{.name = std::string(columns[5]),
                    .value = Secret(std::string(columns[6])),
                    .domain = below ? domain : std::string(),
                    .expires_at = expiry_of(columns[4])};
}

Cookies from_netscape(std::string_view text, const Address& zone) {
  constexpr std::string_view kHttpOnly = "#HttpOnly_";
  EdgeCookies cookies;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(kHttpOnly)) line.remove_prefix(kHttpOnly.size());
    if (line.starts_with('#')) continue;
    const auto columns = columns_of(line);
    if (!columns) continue;
    if (auto cookie = from_columns(*columns, zone)) keep(cookies, *std::move(cookie));
  }
  if (cookies.empty()) return bad_text("holds no cookie for the upstream's host");
  return with_clearance(std::move(cookies));
}

std::expected<std::string, PasteFault> checked_user_agent(std::string_view text) {
  const auto agent = without_blanks(text);
  if (agent.empty()) return bad_user_agent("is needed: the one of the browser that has the cookie");
  if (!is_visible(agent)) return bad_user_agent("must be one line of visible characters");
  if (agent.size() > kLongestUserAgent) return bad_user_agent("is longer than 512 characters");
  // Tools call themselves by their own names, and none of them earns a clearance.
  if (!agent.starts_with("Mozilla/"))
    return bad_user_agent("is not a browser's; those begin with Mozilla/");
  return std::string(agent);
}

std::string_view digits_at(std::string_view text, std::string_view mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const auto rest = text.substr(at + mark.size());
  return rest.substr(0, rest.find_first_not_of("0123456789"));
}

// "Chromium";v="126" beside Chrome/126.0.0.0. Other browsers name no brands.
bool fits_brands(std::string_view user_agent, std::string_view brands) {
  const auto told = digits_at(brands, "\"Chromium\";v=\"");
  return told.empty() || told == digits_at(user_agent, "Chrome/");
}

bool is_elsewhere(const std::string& url, const Address& zone) {
  const auto address = address_of(url);
  if (!address) return true;
  const auto host = split_port(address->host).host;
  const auto own = split_port(zone.host).host;
  return !lies_in(host, own) && !lies_in(own, host);
}

std::expected<Pasted, PasteFault> from_command(const PasteForm& form, std::string_view text,
                                               const Address& zone) {
  const auto command = read_curl_command(text);
  if (!command) return bad_text("is a cURL command with a quote that is left open");
  if (!command->url.empty() && is_elsewhere(command->url, zone))
    return bad_text("was copied from a request to another host than the upstream's");
  const auto typed = without_blanks(form.user_agent);
  if (!typed.empty() && !command->user_agent.empty() && typed != command->user_agent)
    return bad_user_agent("is not the one in the cURL command");
  auto agent = checked_user_agent(typed.empty() ? command->user_agent : typed);
  if (!agent) return std::unexpected(agent.error());
  if (!fits_brands(*agent, command->brands))
    return bad_user_agent("is of another browser than the cURL command was copied from");
  if (!is_visible(command->cookies)) return bad_text("has a line break among the cookies");
  auto cookies = from_cookie_line(command->cookies);
  if (!cookies) return std::unexpected(cookies.error());
  return Pasted{.user_agent = *std::move(agent), .cookies = *std::move(cookies)};
}

}  // namespace

std::expected<Pasted, PasteFault> read_pasted(const PasteForm& form, const Address& zone) {
  const auto text = without_blanks(form.text);
  if (text.empty()) return bad_text("is empty");
  if (text.size() > kLongestText) return bad_text("is longer than 65536 characters");
  if (is_curl_command(text)) return from_command(form, text, zone);
  auto agent = checked_user_agent(form.user_agent);
  if (!agent) return std::unexpected(agent.error());
  auto cookies = text.contains('\t') ? from_netscape(text, zone) : from_line(text);
  if (!cookies) return std::unexpected(cookies.error());
  return Pasted{.user_agent = *std::move(agent), .cookies = *std::move(cookies)};
}

}  // namespace gw::edge
