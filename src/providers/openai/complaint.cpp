#include "providers/openai/complaint.hpp"

#include "base/json.hpp"

#include <cstddef>
#include <string_view>

namespace gw::openai {
namespace {

namespace json = boost::json;

constexpr std::size_t kLargestBody = 64u << 10;

std::string text_of(const json::object& object, std::string_view name) {
  const auto* field = object.if_contains(name);
  return field && field->is_string() ? std::string(std::string_view(field->get_string()))
                                     : std::string();
}

Complaint members_of(const json::object& object) {
  Complaint complaint{.code = text_of(object, "code"),
                      .type = text_of(object, "type"),
                      .param = text_of(object, "param"),
                      .message = text_of(object, "message")};
  if (complaint.message.empty()) complaint.message = text_of(object, "detail");
  return complaint;
}

}  // namespace

Complaint complaint_of(const json::object& object) {
  const auto* envelope = object.if_contains("error");
  if (envelope && envelope->is_object()) return members_of(envelope->get_object());
  auto complaint = members_of(object);
  if (envelope && envelope->is_string()) complaint.message = text_of(object, "error");
  return complaint;
}

Complaint complaint_of(const IncomingBody& body) {
  if (body.size() > kLargestBody) return {};
  const auto object = parse_json_object(body.joined());
  return object ? complaint_of(*object) : Complaint{};
}

}  // namespace gw::openai
