#include "api/v1/prompt_hints.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace gw::api {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kMaxValue = 64;
constexpr std::size_t kMaxHint = 128;  // also what is looked at for each, however long the prompt

enum class Shape : std::uint8_t { nothing, word, words };

struct Known {
  std::string_view written;
  std::string_view name;
  Shape shape;
};

constexpr std::array<Known, 7> kKnown{{
    {"size", "size", Shape::word},
    {"ar", "size", Shape::word},  // as other image services call a ratio
    {"style", "style", Shape::words},
    {"seed", "seed", Shape::word},
    {"quality", "quality", Shape::word},
    {"n", "n", Shape::word},
    {"edit", "edit", Shape::nothing},
}};

std::string_view without_end_space(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

// The last dashes that begin a word: where they stand, and what follows them.
struct Dashes {
  std::size_t at;
  std::string_view after;
};
std::optional<Dashes> last_dashes(std::string_view text) {
  const auto skipped = text.size() - std::min(text.size(), kMaxHint);
  const auto end = text.substr(skipped);
  std::optional<Dashes> last;
  for (const std::string_view dashes : {"--", "—"}) {
    const auto at = end.rfind(dashes);
    if (at == std::string_view::npos || (last && last->at > skipped + at)) continue;
    last = Dashes{skipped + at, end.substr(at + dashes.size())};
  }
  if (last && last->at > 0 && !kSpace.contains(text[last->at - 1])) return std::nullopt;
  return last;
}

bool fits(std::string_view value, Shape shape) {
  switch (shape) {
    case Shape::nothing:
      return value.empty();
    case Shape::word:
      return !value.empty() && value.size() <= kMaxValue &&
             value.find_first_of(kSpace) == std::string_view::npos;
    case Shape::words:
      return !value.empty() && value.size() <= kMaxValue && !value.contains('\n');
  }
  return false;
}

std::optional<std::pair<std::string_view, std::string_view>> hint_of(std::string_view text) {
  const auto end = std::min(text.find_first_of(kSpace), text.size());
  const auto known = std::ranges::find(kKnown, text.substr(0, end), &Known::written);
  if (known == kKnown.end()) return std::nullopt;
  const auto start = std::min(text.find_first_not_of(kSpace, end), text.size());
  const auto value = text.substr(start);
  if (!fits(value, known->shape)) return std::nullopt;
  return std::pair(known->name, value);
}

}  // namespace

PromptHints take_hints(std::string_view prompt) {
  PromptHints taken{without_end_space(prompt), {}};
  while (const auto dashes = last_dashes(taken.prompt)) {
    const auto hint = hint_of(dashes->after);
    if (!hint) break;
    const auto same = [&](const auto& earlier) { return earlier.first == hint->first; };
    if (std::ranges::none_of(taken.hints, same)) taken.hints.push_back(*hint);
    taken.prompt = without_end_space(taken.prompt.substr(0, dashes->at));
  }
  return taken;
}

}  // namespace gw::api
