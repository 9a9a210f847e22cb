#include "api/v1/chat_request.hpp"

#include "api/v1/images_wire.hpp"
#include "api/v1/prompt_hints.hpp"
#include "base/json.hpp"
#include "core/size_rule.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>
#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;
template <class Value>
using Choice = JsonFields::Choice<Value>;

constexpr std::size_t kMaxName = 256;
constexpr std::size_t kMaxIgnored = 20;
constexpr std::size_t kMaxIgnoredName = 64;
constexpr ImageSize kNormal{1024, 1024};

// What the Images API has too, and reads there by its own rules.
constexpr std::array kDrawingFields{"model",
                                    "n",
                                    "size",
                                    "quality",
                                    "seed",
                                    "style",
                                    "steps",
                                    "background",
                                    "user",
                                    "negative_prompt",
                                    "output_format",
                                    "moderation",
                                    "complexity",
                                    "output_compression",
                                    "safety_identifier",
                                    "store"};

constexpr std::array<Choice<std::uint32_t>, 3> kScales{{{"1K", 1}, {"2K", 2}, {"4K", 4}}};

// OpenRouter's way to say a size: a ratio, and how many thousand pixels a side has.
Result<std::optional<ImageSize>> read_image_config(const json::object& config) {
  JsonFields fields(config);
  GW_TRY(const auto ratio, fields.string("aspect_ratio", kMaxName));
  GW_TRY(const auto scale, fields.choice<std::uint32_t>("image_size", kScales));
  std::optional<ImageSize> size;
  if (ratio) {
    GW_TRY(size, parse_size(*ratio));
  }
  if (scale.value_or(1) == 1) return size;
  const auto shape = size.value_or(kNormal);
  return ImageSize{shape.width * *scale, shape.height * *scale};
}

Result<void> add_image_config(JsonFields& fields, const json::object& body, json::object& drawing) {
  if (!fields.present("image_config")) return {};
  const auto& field = body.at("image_config");
  if (!field.is_object()) {
    return fail(Error::invalid_request("image_config", "`image_config` must be an object")
                    .with_code("invalid_type"));
  }
  auto size = read_image_config(field.get_object());
  if (!size) {
    const auto part = size.error().param() == "size" ? "aspect_ratio" : size.error().param();
    return fail(std::move(size).error().with_param("image_config." + part));
  }
  // The plainer word wins.
  if (*size && !fields.present("size")) drawing["size"] = to_string(**size);
  return {};
}

// A number where the hint is one; if it should be and is not, the Images API's own rules say so.
json::value hint_value(std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) return number;
  return json::string(text.data(), text.size());
}

void add_hints(const PromptHints& taken, json::object& drawing, FromHistory& from_history) {
  for (const auto& [name, text] : taken.hints) {
    if (name == "edit") {
      from_history = FromHistory::wanted;
    } else if (name == "seed" || name == "n") {
      drawing[{name.data(), name.size()}] = hint_value(text);
    } else {
      drawing[{name.data(), name.size()}] = json::string(text.data(), text.size());
    }
  }
}

Result<FromHistory> read_from_history(JsonFields& fields) {
  GW_TRY(const auto asked, fields.boolean("image_from_history"));
  if (!asked) return FromHistory::where_needed;
  return *asked ? FromHistory::wanted : FromHistory::unwanted;
}

Result<bool> read_include_usage(JsonFields& fields, const json::object& body) {
  if (!fields.present("stream_options")) return false;
  const auto& options = body.at("stream_options");
  if (!options.is_object()) {
    return fail(Error::invalid_request("stream_options", "`stream_options` must be an object")
                    .with_code("invalid_type"));
  }
  JsonFields inner(options.get_object());
  GW_TRY(const auto wanted, inner.boolean("include_usage"));
  return wanted.value_or(false);
}

// Pictures come whatever it says; it is only followed when it asks for them.
void read_modalities(JsonFields& fields, const json::object& body, GenerationRequest& drawing) {
  if (!fields.present("modalities")) return;
  const auto& list = body.at("modalities");
  const bool asks = list.is_array() && std::ranges::find(list.get_array(), json::value("image")) !=
                                           list.get_array().end();
  if (!asks) drawing.ignored.emplace_back("modalities");
}

void note_unread(const JsonFields& fields, GenerationRequest& drawing) {
  for (const auto name : fields.unread(kMaxIgnored)) {
    if (name == "messages") continue;
    drawing.ignored.emplace_back(name.substr(0, kMaxIgnoredName));
  }
}

// The client has no field of that name.
Error about_messages(Error error) {
  return error.param() == "prompt" ? std::move(error).with_param("messages") : error;
}

Result<json::object> drawing_fields(JsonFields& fields, const json::object& body) {
  json::object drawing;
  for (const auto* name : kDrawingFields) {
    if (fields.present(name)) drawing[name] = body.at(name);
  }
  GW_CHECK(add_image_config(fields, body, drawing));
  return drawing;
}

}  // namespace

Result<std::string> chat_model(const json::object& body) {
  JsonFields fields(body);
  GW_TRY(auto model, fields.string("model", kMaxName));
  return std::move(model).value_or("");
}

Result<ChatRequest> parse_chat_request(const json::object& body, const IsOurs& is_ours) {
  GW_TRY(auto turn, read_messages(body, is_ours));
  JsonFields fields(body);
  ChatRequest request;
  GW_TRY(request.from_history, read_from_history(fields));
  GW_TRY(request.include_usage, read_include_usage(fields, body));
  GW_TRY(const auto stream, fields.boolean("stream"));

  GW_TRY(auto drawing, drawing_fields(fields, body));
  const auto taken = take_hints(turn.prompt);
  add_hints(taken, drawing, request.from_history);
  drawing["prompt"] = json::string(taken.prompt.data(), taken.prompt.size());
  auto asked = parse_generation_request(drawing);
  if (!asked) return fail(about_messages(std::move(asked).error()));

  request.drawing = *std::move(asked);
  request.drawing.form = ResponseForm::both;
  request.drawing.stream = stream.value_or(false);
  read_modalities(fields, body, request.drawing);
  note_unread(fields, request.drawing);
  request.pictures = std::move(turn.pictures);
  request.drawn_before = std::move(turn.drawn_before);
  return request;
}

}  // namespace gw::api
