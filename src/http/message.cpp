#include "http/message.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace gw::http {
namespace {

bool has_name(const Headers::Field& field, std::string_view name) {
  return equals_ignoring_case(field.first, name);
}

}  // namespace

const std::vector<Headers::Field>& Headers::all() const {
  static const std::vector<Field> none;
  return fields_ ? *fields_ : none;
}

std::vector<Headers::Field>& Headers::own() {
  if (!fields_) {
    fields_ = std::make_shared<std::vector<Field>>();
  } else if (fields_.use_count() > 1) {
    fields_ = std::make_shared<std::vector<Field>>(*fields_);
  }
  return *fields_;
}

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  add(std::string(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  if (!contains(name)) return;
  std::erase_if(own(), [name](const Field& field) { return has_name(field, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& field : all()) {
    if (has_name(field, name)) return field.second;
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
  response.headers.add("Content-Type", std::string(content_type));
  response.pieces.push_back(share(std::move(body)));
  return response;
}

}  // namespace gw::http
