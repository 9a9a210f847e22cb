#include "providers/openai/event_reader.hpp"

#include <algorithm>
#include <utility>

namespace gw::openai {

std::optional<ServerEvent> EventReader::next() {
  while (const auto text = line()) {
    if (!text->empty()) {
      take(*text);
    } else if (std::exchange(has_data_, false)) {
      return std::exchange(event_, {});
    } else {
      event_ = {};
    }
  }
  text_.erase(0, std::exchange(read_, 0));
  scanned_ = text_.size();
  return std::nullopt;
}

std::optional<std::string_view> EventReader::line() {
  const auto end = text_.find('\n', std::max(read_, scanned_));
  if (end == std::string::npos) return std::nullopt;
  auto text = std::string_view(text_).substr(read_, end - read_);
  if (text.ends_with('\r')) text.remove_suffix(1);
  read_ = end + 1;
  return text;
}

void EventReader::take(std::string_view line) {
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") event_.name = value;
  if (name != "data") return;
  if (std::exchange(has_data_, true)) event_.data += '\n';
  event_.data += value;
}

}  // namespace gw::openai
