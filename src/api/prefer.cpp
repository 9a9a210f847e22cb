#include "api/prefer.hpp"

#include "api/http_syntax.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

// A day: more than any request may take, and far from any overflow.
constexpr std::int64_t kLongestWait = 86'400;

struct Preference {
  std::string name;  // lower case
  std::string value;
};

// Up to the next separator that is not inside quotes, which is taken too.
std::string_view take_until(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (quoted && c == '\\') {
      ++end;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      break;
    }
  }
  end = std::min(end, text.size());
  const auto taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

// Nothing when the quotes do not close.
std::optional<std::string> unquoted(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
  std::string out;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

// Parameters after a ';' say more about a preference; of ours none has any.
std::optional<Preference> read_preference(std::string_view text) {
  auto pair = take_until(text, ';');
  const auto name = trim(take_until(pair, '='));
  if (!is_token(name)) return std::nullopt;
  auto value = unquoted(trim(pair));
  if (!value) return std::nullopt;
  return Preference{to_lower(name), *std::move(value)};
}

std::vector<Preference> read_all(const http::Headers& headers) {
  std::vector<Preference> all;
  for (const auto& [field, value] : headers) {
    if (!equals_ignoring_case(field, "prefer")) continue;
    for (auto rest = value; !rest.empty();) {
      if (auto preference = read_preference(take_until(rest, ',')))
        all.push_back(*std::move(preference));
    }
  }
  return all;
}

std::optional<std::chrono::seconds> read_wait(std::string_view text) {
  std::int64_t seconds = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, seconds);
  const bool too_long = fault == std::errc::result_out_of_range && !text.starts_with('-');
  if (text.empty() || rest != end || seconds < 0 || (fault != std::errc() && !too_long))
    return std::nullopt;
  return std::chrono::seconds(too_long ? kLongestWait : std::min(seconds, kLongestWait));
}

}  // namespace

Preferences preferences(const http::Headers& headers) {
  Preferences found;
  const auto all = read_all(headers);
  const auto first = [&all](std::string_view name) {
    return std::ranges::find(all, name, &Preference::name);
  };
  found.respond_async = first("respond-async") != all.end();
  if (const auto wait = first("wait"); wait != all.end()) found.wait = read_wait(wait->value);
  return found;
}

std::string applied(const Preferences& preferences) {
  std::string text = preferences.respond_async ? "respond-async" : "";
  if (preferences.wait) {
    text += text.empty() ? "" : ", ";
    text += "wait=" + std::to_string(preferences.wait->count());
  }
  return text;
}

}  // namespace gw::api
