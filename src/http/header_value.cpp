#include "http/header_value.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace gw::http {
namespace {

// Takes a quoted string off the front, without its quotes. A backslash hides only a quote or
// another backslash: old browsers send Windows paths as file names, with backslashes as they are.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    const bool hidden =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    out += text[hidden ? ++i : i];
  }
  return std::nullopt;
}

std::string take_bare(std::string_view& text) {
  const auto bare = text.substr(0, text.find(';'));
  text.remove_prefix(bare.size());
  return std::string(trim(bare));
}

}  // namespace

std::optional<std::string_view> HeaderValue::param(std::string_view name) const {
  const auto found = std::ranges::find(params, name, &std::pair<std::string, std::string>::first);
  if (found == params.end()) return std::nullopt;
  return found->second;
}

std::optional<HeaderValue> parse_header_value(std::string_view text) {
  HeaderValue out;
  out.value = to_lower(trim(text.substr(0, text.find(';'))));
  text.remove_prefix(std::min(text.find(';'), text.size()));
  while (!text.empty()) {
    if (!text.starts_with(';')) return std::nullopt;
    text = trim(text.substr(1));
    if (text.empty() || text.starts_with(';')) continue;
    const auto equals = text.find_first_of("=;");
    if (equals == text.npos || text[equals] == ';') return std::nullopt;
    auto name = to_lower(trim(text.substr(0, equals)));
    text = trim(text.substr(equals + 1));
    auto value = text.starts_with('"') ? take_quoted(text) : take_bare(text);
    if (!value || name.empty()) return std::nullopt;
    out.params.emplace_back(std::move(name), *std::move(value));
    text = trim(text);
  }
  return out;
}

}  // namespace gw::http
