#include "api/v1/chat_messages.hpp"

#include "api/data_url.hpp"
#include "base/text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <ranges>
#include <string_view>

namespace gw::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxPictures = 16;  // as for edits (openai-contract §5)

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

// Nothing when it is absent or no text.
std::optional<std::string_view> text_field(const json::object& object, std::string_view name) {
  const auto* field = object.if_contains({name.data(), name.size()});
  if (field == nullptr || !field->is_string()) return std::nullopt;
  return view(field->get_string());
}

Error bad_field(std::string param, std::string_view expected) {
  auto message = fmt::format("`{}` must be {}", param, expected);
  return Error::invalid_request(std::move(param), std::move(message)).with_code("invalid_value");
}

// --- pictures

std::string query_value(std::string_view query, std::string_view name) {
  for (const auto part : std::views::split(query, '&')) {
    const std::string_view item(part.begin(), part.end());
    if (item.starts_with(name) && item.substr(name.size()).starts_with('=')) {
      return percent_decode(item.substr(name.size() + 1)).value_or("");
    }
  }
  return {};
}

std::optional<PictureLink> own_link(std::string_view whole, const IsOurs& is_ours) {
  constexpr std::string_view kFolder = "/images/";
  auto url = whole;
  url = url.substr(0, url.find('#'));
  const auto question = url.find('?');
  if (question == std::string_view::npos) return std::nullopt;
  const auto path = url.substr(0, question);
  const auto name_at = path.rfind('/') + 1;
  if (!path.substr(0, name_at).ends_with(kFolder) || name_at == path.size()) return std::nullopt;
  const auto query = url.substr(question + 1);
  PictureLink link{std::string(path.substr(name_at)), query_value(query, "expires"),
                   query_value(query, "signature")};
  if (link.expires.empty() || link.signature.empty()) return std::nullopt;
  return is_ours(whole, link) ? std::optional(std::move(link)) : std::nullopt;
}

Result<ChatPicture> read_picture(std::string_view url, std::string param, const IsOurs& is_ours) {
  if (is_data_url(url)) {
    GW_TRY(auto bytes, decode_data_url(url, param));
    return ChatPicture{std::move(bytes), std::move(param)};
  }
  if (auto link = own_link(url, is_ours)) return ChatPicture{*std::move(link), std::move(param)};
  return ChatPicture{RemoteUrl{std::string(url)}, std::move(param)};
}

// {"image_url": {"url": …}}, or the text alone as some clients send it.
std::optional<std::string_view> picture_url(const json::value& part) {
  if (part.is_string()) return view(part.get_string());
  if (!part.is_object()) return std::nullopt;
  const auto* field = part.get_object().if_contains("image_url");
  if (field == nullptr) return std::nullopt;
  if (field->is_string()) return view(field->get_string());
  if (field->is_object()) return text_field(field->get_object(), "url");
  return std::nullopt;
}

// --- the last user message

Result<void> read_part(const json::value& part, const std::string& param, const IsOurs& is_ours,
                       ChatTurn& turn) {
  if (!part.is_object()) return fail(bad_field(param, "an object with a `type`"));
  const auto type = text_field(part.get_object(), "type").value_or("");
  if (type == "text" || type == "input_text") {
    const auto text = text_field(part.get_object(), "text");
    if (!text) return fail(bad_field(param + ".text", "a string"));
    if (!turn.prompt.empty() && !text->empty()) turn.prompt += '\n';
    turn.prompt += *text;
    return {};
  }
  if (type != "image_url" && type != "input_image") {
    return fail(bad_field(param + ".type", "text or image_url: nothing else can be drawn from"));
  }
  const auto url = picture_url(part);
  if (!url) return fail(bad_field(param + ".image_url", R"({"url": "data:image/…"})"));
  if (turn.pictures.size() == kMaxPictures) {
    return fail(bad_field(param, fmt::format("left out: {} pictures at most", kMaxPictures)));
  }
  GW_TRY(auto picture, read_picture(*url, param + ".image_url", is_ours));
  turn.pictures.push_back(std::move(picture));
  return {};
}

Result<void> read_user(const json::object& message, const std::string& param, const IsOurs& is_ours,
                       ChatTurn& turn) {
  const auto* content = message.if_contains("content");
  if (content != nullptr && content->is_string()) {
    turn.prompt = view(content->get_string());
    return {};
  }
  if (content == nullptr || !content->is_array()) {
    return fail(bad_field(param + ".content", "a string, or a list of text and image_url parts"));
  }
  for (std::size_t i = 0; const auto& part : content->get_array()) {
    GW_CHECK(read_part(part, fmt::format("{}.content[{}]", param, i++), is_ours, turn));
  }
  return {};
}

// --- what was drawn before

// The last markdown link, of a picture or not, behind which there may be one: a data URL, or a link
// of ours.
std::string_view last_link(std::string_view text, const IsOurs& is_ours) {
  constexpr std::string_view kOpen = "](";
  std::string_view last;
  for (auto at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen)) {
    text.remove_prefix(at + kOpen.size());
    const auto end = text.find_first_of(") \t\n");
    if (end == std::string_view::npos) break;
    const auto url = text.substr(0, end);
    if (is_data_url(url) || own_link(url, is_ours)) last = url;
    text.remove_prefix(end);
  }
  return last;
}

std::string_view last_picture(const json::array& parts, const IsOurs& is_ours) {
  for (const auto& part : std::views::reverse(parts)) {
    if (const auto url = picture_url(part)) return *url;
    if (!part.is_object()) continue;
    const auto url = last_link(text_field(part.get_object(), "text").value_or(""), is_ours);
    if (!url.empty()) return url;
  }
  return {};
}

std::string_view last_picture(const json::object& message, const IsOurs& is_ours) {
  for (const auto* name : {"images", "content"}) {
    const auto* field = message.if_contains(name);
    if (field == nullptr) continue;
    const auto url = field->is_array()    ? last_picture(field->get_array(), is_ours)
                     : field->is_string() ? last_link(view(field->get_string()), is_ours)
                                          : std::string_view();
    if (!url.empty()) return url;
  }
  return {};
}

// What cannot be read, or lies elsewhere, is passed over: nobody has asked for it.
std::optional<ChatPicture> drawn_by(const json::object& message, std::string param,
                                    const IsOurs& is_ours) {
  const auto url = last_picture(message, is_ours);
  if (url.empty()) return std::nullopt;
  auto picture = read_picture(url, std::move(param), is_ours);
  if (!picture || std::holds_alternative<RemoteUrl>(picture->source)) return std::nullopt;
  return *std::move(picture);
}

// --- the list

Result<const json::array*> messages_of(const json::object& body) {
  const auto* field = body.if_contains("messages");
  if (field == nullptr || field->is_null()) {
    return fail(Error::invalid_request("messages", "`messages` is required: a list of messages")
                    .with_code("missing_required_parameter"));
  }
  if (!field->is_array()) return fail(bad_field("messages", "a list of messages"));
  for (std::size_t i = 0; const auto& message : field->get_array()) {
    const bool has_role = message.is_object() && text_field(message.get_object(), "role");
    if (!has_role) {
      return fail(bad_field(fmt::format("messages[{}]", i), "an object with `role` and `content`"));
    }
    ++i;
  }
  return &field->get_array();
}

std::string place(std::size_t index) {
  return fmt::format("messages[{}]", index);
}

}  // namespace

Result<ChatTurn> read_messages(const json::object& body, const IsOurs& is_ours) {
  GW_TRY(const auto* messages, messages_of(body));
  ChatTurn turn;
  bool asked = false;
  for (auto i = messages->size(); i-- > 0 && !(asked && turn.drawn_before);) {
    const auto& message = (*messages)[i].get_object();
    const auto role = text_field(message, "role").value_or("");
    if (role == "user" && !asked) {
      asked = true;
      GW_CHECK(read_user(message, place(i), is_ours, turn));
    } else if (role == "assistant" && !turn.drawn_before) {
      turn.drawn_before = drawn_by(message, place(i), is_ours);
    }
  }
  if (asked) return turn;
  return fail(bad_field("messages", "a list with a message of role user, which says what to draw"));
}

}  // namespace gw::api
