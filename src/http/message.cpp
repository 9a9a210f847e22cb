#include "http/message.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace gw::http {
Headers::Field Headers::field(std::size_t index) const {
  const auto& place = block_->places[index];
  const auto text = std::string_view(block_->text).substr(place.begin);
  return {text.substr(0, place.name_size), text.substr(place.name_size, place.value_size)};
}

Headers::Block& Headers::own() {
  if (!block_) {
    block_ = std::make_shared<Block>();
  } else if (block_.use_count() > 1) {
    block_ = std::make_shared<Block>(*block_);
  }
  return *block_;
}

void Headers::reserve(std::size_t fields, std::size_t bytes) {
  auto& block = own();
  block.places.reserve(fields);
  block.text.reserve(bytes);
}

void Headers::add(std::string_view name, std::string_view value) {
  auto& block = own();
  block.places.push_back({static_cast<std::uint32_t>(block.text.size()),
                          static_cast<std::uint32_t>(name.size()),
                          static_cast<std::uint32_t>(value.size())});
  block.text.append(name).append(value);
}

void Headers::set(std::string_view name, std::string_view value) {
  const std::string kept(value);  // it may be a view of a field of ours
  remove(name);
  add(name, kept);
}

void Headers::remove(std::string_view name) {
  if (!contains(name)) return;
  Headers kept;
  for (const auto& [key, value] : *this) {
    if (!equals_ignoring_case(key, name)) kept.add(key, value);
  }
  *this = std::move(kept);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [key, value] : *this) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

std::string_view RequestHead::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view RequestHead::query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

const std::string& Request::param(std::string_view name) const {
  static const std::string none;
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return none;
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  for (auto rest = query(); !rest.empty();) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    if (percent_decode(pair.substr(0, equals)) != name) continue;
    return percent_decode(pair.substr(std::min(pair.size(), equals + 1)));
  }
  return std::nullopt;
}

std::size_t Response::size() const {
  std::size_t total = 0;
  for (const auto& piece : pieces) total += piece->size();
  return total;
}

Response text_response(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", content_type);
  response.pieces.push_back(share(std::move(body)));
  return response;
}

}  // namespace gw::http
