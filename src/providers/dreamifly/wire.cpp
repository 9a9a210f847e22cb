#include "providers/dreamifly/wire.hpp"

#include "base/base64.hpp"
#include "base/base64_pieces.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace gw::dreamifly {
namespace {

constexpr std::string_view kJsonBlanks = " \t\r\n";
// Models without a choice of steps ignore the number today, but older servers checked it to
// be 5..32.
constexpr int kStepsWhereThereIsNoChoice = 20;

void append_references(std::string& body, const std::vector<SharedBytes>& references) {
  std::string_view separator = "";
  for (const auto& bytes : references) {
    body += separator;
    body += '"';
    base64_encode_onto(body, *bytes);
    body += '"';
    separator = ",";
  }
}

std::size_t encoded_size(const std::vector<SharedBytes>& references) {
  std::size_t size = 0;
  for (const auto& bytes : references) size += base64_encoded_size(bytes->size()) + 3;
  return size;
}

// `text` without `token` and the blanks before it.
bool skip(std::string_view& text, std::string_view token) {
  const auto start = text.find_first_not_of(kJsonBlanks);
  if (start == std::string_view::npos || !text.substr(start).starts_with(token)) return false;
  text.remove_prefix(start + token.size());
  return true;
}

bool skip_back(std::string_view& text, char token) {
  const auto end = text.find_last_not_of(kJsonBlanks);
  if (end == std::string_view::npos || text[end] != token) return false;
  text = text.substr(0, end);
  return true;
}

// How much of the body comes before the base64 of {"imageUrl":"data:…;base64,
std::optional<std::size_t> size_before_payload(std::string_view front) {
  auto rest = front;
  if (!skip(rest, "{") || !skip(rest, "\"imageUrl\"") || !skip(rest, ":") ||
      !skip(rest, "\"data:")) {
    return std::nullopt;
  }
  const auto comma = rest.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto label = rest.substr(0, comma);
  const bool plain = std::ranges::all_of(
      label, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
  if (!plain || !label.ends_with(";base64")) return std::nullopt;
  return front.size() - rest.size() + comma + 1;
}

// How much comes behind it: "} and blanks.
std::optional<std::size_t> size_behind_payload(std::string_view back) {
  auto rest = back;
  if (!skip_back(rest, '}') || !skip_back(rest, '"')) return std::nullopt;
  return back.size() - rest.size();
}

std::string first_bytes(const IncomingBody& body, std::size_t count) {
  std::string bytes;
  for (const auto& block : body.blocks) {
    bytes += std::string_view(block).substr(0, count - bytes.size());
    if (bytes.size() == count) break;
  }
  return bytes;
}

std::string last_bytes(const IncomingBody& body, std::size_t count) {
  std::string bytes;
  for (auto block = body.blocks.rbegin(); block != body.blocks.rend(); ++block) {
    const auto wanted = std::min(count - bytes.size(), block->size());
    bytes.insert(0, *block, block->size() - wanted);
    if (bytes.size() == count) break;
  }
  return bytes;
}

// Where in the body the base64 stands.
struct Payload {
  std::size_t begin = 0;
  std::size_t end = 0;

  // Its part of a block that starts at `offset` of the body.
  std::string_view part_of(std::string_view block, std::size_t offset) const {
    const auto from = std::min(begin > offset ? begin - offset : 0, block.size());
    const auto to = std::min(end > offset ? end - offset : 0, block.size());
    return block.substr(from, std::max(from, to) - from);
  }
};

// The whole string, if nothing in it could end or change it. Looked for first, because decoding
// uses up the body, and a parser may have to look at it.
bool is_unescaped(const IncomingBody& body, Payload payload) {
  std::size_t offset = 0;
  for (const auto& block : body.blocks) {
    const auto part = payload.part_of(block, offset);
    if (part.contains('"') || part.contains('\\')) return false;
    offset += block.size();
  }
  return true;
}

// Nothing: not the shape all known servers answer in.
std::optional<Payload> plain_payload(const IncomingBody& body) {
  constexpr std::size_t kLongestFront = 256;
  constexpr std::size_t kLongestBack = 64;
  const auto before = size_before_payload(first_bytes(body, kLongestFront));
  const auto behind = size_behind_payload(last_bytes(body, kLongestBack));
  const auto size = body.size();
  if (!before || !behind || *before + *behind > size) return std::nullopt;
  const Payload payload{.begin = *before, .end = size - *behind};
  if (!is_unescaped(body, payload)) return std::nullopt;
  return payload;
}

Result<Picture> decode(IncomingBody body, Payload payload) {
  Base64Pieces decoder(payload.end - payload.begin);
  std::size_t offset = 0;
  for (auto& block : body.blocks) {
    if (!decoder.feed(payload.part_of(block, offset)))
      return fail(no_picture("imageUrl: broken base64"));
    offset += block.size();
    std::string().swap(block);
  }
  if (!decoder.complete()) return fail(no_picture("imageUrl: broken base64"));
  return picture_of(decoder.take());
}

Result<Picture> picture_of_data_url(std::string_view url) {
  const auto comma = url.find(',');
  if (comma == std::string_view::npos) return fail(no_picture("imageUrl: a data URL without data"));
  if (!to_lower(url.substr(0, comma)).ends_with(";base64")) {
    return fail(no_picture("imageUrl: a data URL that is not base64"));
  }
  auto bytes = base64_decode(url.substr(comma + 1));
  if (!bytes) return fail(no_picture("imageUrl: broken base64"));
  return picture_of(std::move(*bytes));
}

}  // namespace

std::string drawing_body(const ImageOrder& order) {
  std::string body;
  body.reserve(512 + 2 * order.prompt.size() + encoded_size(order.references));
  auto out = std::back_inserter(body);
  fmt::format_to(out, R"({{"prompt":{})", json_quote(order.prompt));
  if (!order.negative_prompt.empty()) {
    fmt::format_to(out, R"(,"negative_prompt":{})", json_quote(order.negative_prompt));
  }
  fmt::format_to(
      out, R"(,"width":{},"height":{},"steps":{},"seed":{},"batch_size":1,"model":{},"images":[)",
      order.size.width, order.size.height,
      order.steps > 0 ? order.steps : kStepsWhereThereIsNoChoice, order.seed,
      json_quote(order.upstream_model));
  append_references(body, order.references);
  body += "]}";
  return body;
}

Result<Drawing> read_drawing(IncomingBody body) {
  if (const auto payload = plain_payload(body)) return decode(std::move(body), *payload);
  return parse_drawing(body);
}

Result<Drawing> parse_drawing(const IncomingBody& body) {
  const auto parsed = parse_json_object(body.joined());
  if (!parsed) return fail(no_picture("the answer is no JSON object"));
  const auto* field = parsed->if_contains("imageUrl");
  if (!field || !field->is_string()) return fail(no_picture("the answer has no imageUrl"));
  const std::string_view url = field->get_string();
  const auto scheme = to_lower(url.substr(0, url.find(':')));
  if (scheme == "data") return picture_of_data_url(url);
  if (scheme == "http" || scheme == "https") return PictureUrl{std::string(url)};
  return fail(no_picture("imageUrl is neither a data URL nor a web address"));
}

}  // namespace gw::dreamifly
