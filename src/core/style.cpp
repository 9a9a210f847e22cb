#include "core/style.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gw {
namespace {

std::vector<Style> presets() {
  return {
      {"无", "None", ""},
      {"卡通", "Cartoon", "cartoon style, "},
      {"动漫", "Anime", "anime style, "},
      {"油画", "Oil Painting", "oil painting style, "},
      {"线稿", "Line Art", "line art style, "},
      {"矢量线条", "Vector Line", "vector line style, "},
      {"街机像素", "Pixel Art", "pixel art style, "},
      {"乐高积木", "Lego", "lego style, "},
      {"Riso噪点插画", "Risograph", "risograph style, "},
      {"现实风格", "Realistic", "realistic style, "},
      {"布偶风格", "Puppet", "puppet style, "},
      {"Emoji图标风格", "Emoji Icon", "emoji icon style, "},
  };
}

std::string normalised(std::string_view name) {
  auto text = to_lower(trim(name));
  std::ranges::replace_if(text, [](char c) { return c == '-' || c == '_'; }, ' ');
  return text;
}

template <class Styles>
auto find_in(Styles& styles, std::string_view name) {
  const auto wanted = normalised(name);
  return std::ranges::find_if(styles, [&](const Style& style) {
    return normalised(style.id) == wanted || normalised(style.name) == wanted;
  });
}

}  // namespace

bool is_openai_style(std::string_view name) {
  return equals_ignoring_case(name, "vivid") || equals_ignoring_case(name, "natural");
}

StyleBook::StyleBook(const std::map<std::string, std::string>& own) : styles_(presets()) {
  for (const auto& [name, prefix] : own) {
    if (const auto known = find_in(styles_, name); known != styles_.end()) {
      known->prefix = prefix;
    } else {
      styles_.push_back({name, name, prefix});
    }
  }
}

Result<const Style*> StyleBook::find(std::string_view name) const {
  if (trim(name).empty() || is_openai_style(name)) return nullptr;
  if (const auto found = find_in(styles_, name); found != styles_.end()) return &*found;
  std::string names;
  for (const auto& style : styles_) {
    names += style.id == style.name ? style.id : fmt::format("{} ({})", style.id, style.name);
    names += ", ";
  }
  return fail(Error::invalid_request(
                  "style", fmt::format("`style` must be one of {}vivid or natural", names))
                  .with_code("invalid_value"));
}

}  // namespace gw
