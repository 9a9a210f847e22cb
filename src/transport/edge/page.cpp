#include "transport/edge/page.hpp"

#include <algorithm>
#include <string>

namespace gw::edge {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kDetails = "cf-error-details";
constexpr std::size_t kNearText = 200;      // behind a mark of the number itself
constexpr std::size_t kAroundText = 2'000;  // behind the mark of the whole box
constexpr int kMostLooks = 16;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z');
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The text behind the tag in which `html` begins, tags left out, at most `limit` bytes of it.
std::string text_behind(std::string_view html, std::size_t limit) {
  std::string text;
  bool in_tag = true;
  for (const char c : html) {
    if (text.size() == limit) break;
    if (c == '<') {
      in_tag = true;
      text += ' ';
    } else if (c == '>') {
      in_tag = false;
    } else if (!in_tag) {
      text += c;
    }
  }
  return text;
}

// Four digits that begin with 1 and stand alone, at the beginning of `text`.
std::optional<int> code_at(std::string_view text) {
  constexpr std::size_t kDigits = 4;
  if (text.size() < kDigits || text.front() != '1') return std::nullopt;
  int code = 0;
  for (const char c : text.substr(0, kDigits)) {
    if (!is_digit(c)) return std::nullopt;
    code = code * 10 + (c - '0');
  }
  if (text.size() > kDigits && is_word(text[kDigits])) return std::nullopt;
  return code;
}

std::optional<int> first_code(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && is_word(text[at - 1])) continue;
    if (const auto code = code_at(text.substr(at))) return code;
  }
  return std::nullopt;
}

// "error 1020", "error code: 1020".
std::optional<int> labelled_code(std::string_view text) {
  constexpr std::string_view kLabel = "error";
  constexpr std::string_view kMore = "code";
  for (auto at = text.find(kLabel); at != std::string_view::npos; at = text.find(kLabel, at + 1)) {
    auto rest = without_blanks(text.substr(at + kLabel.size()));
    if (rest.starts_with(kMore)) rest = without_blanks(rest.substr(kMore.size()));
    if (rest.starts_with(':')) rest = without_blanks(rest.substr(1));
    if (const auto code = code_at(rest)) return code;
  }
  return std::nullopt;
}

// The names of these marks stand in style sheets too, so more than the first place is looked at.
template <class Find>
std::optional<int> code_behind(std::string_view page, std::string_view mark, std::size_t limit,
                               Find find) {
  auto at = page.find(mark);
  for (int looks = 0; looks < kMostLooks && at != std::string_view::npos; ++looks) {
    if (const auto code = find(text_behind(page.substr(at, 4 * limit), limit))) return code;
    at = page.find(mark, at + 1);
  }
  return std::nullopt;
}

}  // namespace

bool has_challenge_marks(std::string_view page) {
  if (page.contains("_cf_chl_opt") || page.contains("challenge-error-text")) return true;
  if (page.contains("id=\"cf-chl") || page.contains("id='cf-chl")) return true;
  return page.contains("/cdn-cgi/challenge-platform/") && page.contains("orchestrate");
}

std::string_view title_of(std::string_view page) {
  const auto tag = page.find("<title");
  if (tag == std::string_view::npos) return {};
  const auto begin = page.find('>', tag);
  if (begin == std::string_view::npos) return {};
  const auto title = page.substr(begin + 1);
  return without_blanks(title.substr(0, title.find('<')));
}

std::optional<int> error_code_in(std::string_view page) {
  for (const auto mark : {"cf-error-code", "code-label"}) {
    if (const auto code = code_behind(page, mark, kNearText, first_code)) return code;
  }
  return code_behind(page, kDetails, kAroundText, labelled_code);
}

bool is_error_page(std::string_view page) {
  return page.contains(kDetails);
}

}  // namespace gw::edge
