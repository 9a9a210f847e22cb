#include "api/v1/route_wire.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace gw::api {
namespace {

namespace json = boost::json;

// Models are named by their upstreams, and commas and semicolons part what the header says.
std::string header_text(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, [](char c) { return c < ' ' || c >= 0x7f; }, '?');
  std::ranges::replace_if(out, [](char c) { return c == ',' || c == ';'; }, ' ');
  return out;
}

std::string name_of(std::string_view provider, std::string_view model) {
  if (model.empty()) return header_text(provider);
  if (provider.empty()) return header_text(model);
  return header_text(fmt::format("{}/{}", provider, model));
}

void append_rejected(std::string& header, const std::vector<RejectedRoute>& rejected) {
  constexpr std::size_t kCount = 8;  // ", +1000"
  std::string_view before = "; not=";
  for (std::size_t i = 0; i < rejected.size(); ++i) {
    const auto& [provider, model, reason] = rejected[i];
    const auto entry =
        fmt::format("{}{}:{}", before, name_of(provider, model), header_text(reason));
    if (header.size() + entry.size() + kCount > kLongestRoute) {
      header += fmt::format("{}+{}", before, rejected.size() - i);
      return;
    }
    header += entry;
    before = ", ";
  }
}

json::string text(std::string_view value) {
  return json::string(value.data(), value.size());
}

}  // namespace

std::string route_header(const DrawnRoute& route) {
  auto header = name_of(route.provider, route.model).substr(0, kLongestRoute / 2);
  if (!route.note || header.empty()) return header;
  header += fmt::format("; strategy={}", to_string(route.note->strategy));
  append_rejected(header, route.note->rejected);
  return header;
}

json::object route_object(const DrawnRoute& route) {
  json::object object;
  object["provider"] = text(route.provider);
  object["model"] = text(route.model);
  if (!route.note) return object;
  object["strategy"] = text(to_string(route.note->strategy));
  json::array rejected;
  for (const auto& [provider, model, reason] : route.note->rejected) {
    rejected.push_back(json::object{
        {"provider", text(provider)}, {"model", text(model)}, {"reason", text(reason)}});
  }
  object["rejected"] = std::move(rejected);
  return object;
}

}  // namespace gw::api
