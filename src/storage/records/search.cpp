#include "storage/records/search.hpp"

#include "base/text.hpp"

#include <boost/json.hpp>

#include <array>
#include <vector>

namespace gw::records {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostWords = 32;
constexpr std::size_t kIndexed = 3;  // characters: the index is of trigrams

// Ideographic, no-break and narrow spaces come from Chinese and French keyboards. A NUL would end
// the expression early.
constexpr std::array kSpaces{" "sv,  "\t"sv, "\n"sv,     "\r"sv,     "\v"sv,
                             "\f"sv, "\0"sv, "\u00a0"sv, "\u3000"sv, "\u202f"sv};

std::size_t space_at(std::string_view text) {
  for (const auto space : kSpaces) {
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  while (!text.empty()) {
    const auto space = space_at(text);
    if (space == 0) {
      if (!inside) words.emplace_back();
      words.back() += text.front();
    }
    inside = space == 0;
    text.remove_prefix(std::max<std::size_t>(space, 1));
  }
  return words;
}

// A string of FTS5: quotation marks are doubled, all else stands for itself.
std::string quoted(std::string_view word) {
  std::string text = "\"";
  for (const char c : word) text.append(c == '"' ? 2 : 1, c);
  return text + '"';
}

std::string like_pattern(std::string_view word) {
  std::string text = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '\\') text += '\\';
    text += c;
  }
  return text + '%';
}

}  // namespace

Result<Search> parse_search(std::string_view text) {
  if (!is_utf8(text)) return fail(Error::invalid_request("text", "is not UTF-8"));
  const auto words = words_of(text);
  if (words.size() > kMostWords)
    return fail(Error::invalid_request("text", "has more than 32 words"));
  Search search;
  boost::json::array shorts;
  for (const auto& word : words) {
    if (utf8_length(word) >= kIndexed)
      search.match.append(search.match.empty() ? "" : " ").append(quoted(word));
    else
      shorts.emplace_back(like_pattern(word));
  }
  if (!shorts.empty()) search.shorts = boost::json::serialize(shorts);
  return search;
}

}  // namespace gw::records
