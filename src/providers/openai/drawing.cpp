#include "providers/openai/drawing.hpp"

#include "base/base64.hpp"
#include "base/base64_pieces.hpp"
#include "base/image_format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace gw::openai {
namespace {

namespace json = boost::json;

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kMember = "\"b64_json\"";
// Stands for the string that is kept apart; no base64.
constexpr std::string_view kApart = "#apart#";
// The member stands near the beginning, after a few labels or a revised prompt.
constexpr std::size_t kLongestFront = 64u << 10;

using Blocks = std::span<const std::string_view>;

// Blocks as one text with places counted through.
class Text final {
 public:
  explicit Text(Blocks blocks) : blocks_(blocks) {
    for (const auto block : blocks_) size_ += block.size();
  }

  std::size_t size() const { return size_; }

  template <class Visitor>
  void visit(std::size_t begin, std::size_t end, Visitor visitor) const {
    std::size_t offset = 0;
    for (const auto block : blocks_) {
      const auto from = std::clamp(begin, offset, offset + block.size());
      const auto to = std::clamp(end, from, offset + block.size());
      if (from < to && !visitor(block.substr(from - offset, to - from), from)) return;
      offset += block.size();
    }
  }

  std::string copy(std::size_t begin, std::size_t end) const {
    std::string out;
    visit(begin, end, [&](std::string_view part, std::size_t) {
      out += part;
      return true;
    });
    return out;
  }

  std::size_t find(char wanted, std::size_t begin) const {
    std::size_t found = std::string_view::npos;
    visit(begin, size_, [&](std::string_view part, std::size_t offset) {
      const auto at = part.find(wanted);
      if (at != std::string_view::npos) found = offset + at;
      return at == std::string_view::npos;
    });
    return found;
  }

  bool has(char wanted, std::size_t begin, std::size_t end) const {
    bool found = false;
    visit(begin, end, [&](std::string_view part, std::size_t) {
      found = part.contains(wanted);
      return !found;
    });
    return found;
  }

 private:
  Blocks blocks_;
  std::size_t size_ = 0;
};

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Where the string after "b64_json": stands, without its quotes. A quote inside another string is
// escaped, so the member's name cannot be found in one.
std::optional<Span> payload_of(const Text& text) {
  const auto front = text.copy(0, kLongestFront);
  const auto member = front.find(kMember);
  if (member == std::string::npos) return std::nullopt;
  const auto colon = front.find_first_not_of(kBlanks, member + kMember.size());
  if (colon == std::string::npos || front[colon] != ':') return std::nullopt;
  const auto quote = front.find_first_not_of(kBlanks, colon + 1);
  if (quote == std::string::npos || front[quote] != '"') return std::nullopt;
  const auto end = text.find('"', quote + 1);
  if (end == std::string_view::npos || text.has('\\', quote + 1, end)) return std::nullopt;
  return Span{.begin = quote + 1, .end = end};
}

Error broken_base64() {
  return no_picture("b64_json: broken base64");
}

// A label in front of it ("data:image/png;base64,") is none of its bytes.
std::size_t size_of_label(std::string_view front) {
  if (!front.starts_with("data:")) return 0;
  const auto comma = front.find(',');
  if (comma == std::string_view::npos) return 0;
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7f; };
  return std::ranges::all_of(front.substr(0, comma), is_plain) ? comma + 1 : 0;
}

Result<std::string> decode(const Text& text, Span payload) {
  constexpr std::size_t kLongestLabel = 200;
  const auto label = text.copy(payload.begin, std::min(payload.end, payload.begin + kLongestLabel));
  payload.begin += size_of_label(label);
  Base64Pieces pieces(payload.end - payload.begin);
  bool good = true;
  text.visit(payload.begin, payload.end, [&](std::string_view part, std::size_t) {
    good = pieces.feed(part);
    return good;
  });
  if (!good || !pieces.complete()) return fail(broken_base64());
  return pieces.take();
}

Result<Picture> picture_of_text(std::string_view text) {
  auto bytes = base64_decode(text.substr(size_of_label(text)));
  if (!bytes) return fail(broken_base64());
  return picture_of(*std::move(bytes));
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const auto* field = object.if_contains(name);
  return field && field->is_string() ? std::string_view(field->get_string()) : std::string_view();
}

Result<Drawing> drawing_at(std::string_view url) {
  const auto scheme = to_lower(url.substr(0, url.find(':')));
  if (scheme == "data") {
    GW_TRY(auto picture, picture_of_text(url));
    return picture;
  }
  return PictureUrl{std::string(url)};
}

const json::object* first_item(const json::object& answer) {
  const auto* data = answer.if_contains("data");
  if (!data || !data->is_array() || data->get_array().empty()) return nullptr;
  return data->get_array().front().if_object();
}

}  // namespace

Result<Unpacked> unpack_plainly(Blocks blocks) {
  const Text text(blocks);
  auto object = parse_json_object(text.copy(0, text.size()));
  if (!object) return fail(no_picture("the answer is no JSON object"));
  return Unpacked{.object = *std::move(object), .bytes = {}};
}

Result<Unpacked> unpack(Blocks blocks) {
  const Text text(blocks);
  const auto payload = payload_of(text);
  if (!payload || payload->begin == payload->end) return unpack_plainly(blocks);
  const auto front = text.copy(0, payload->begin);
  const auto back = text.copy(payload->end, text.size());
  if (front.contains(kApart) || back.contains(kApart)) return unpack_plainly(blocks);
  auto object = parse_json_object(front + std::string(kApart) + back);
  auto bytes = decode(text, *payload);
  if (!object || !bytes) return unpack_plainly(blocks);
  return Unpacked{.object = *std::move(object),
                  .bytes = *std::move(bytes),
                  .payload = Unpacked::Payload::apart};
}

Result<Drawing> read_drawing(Blocks blocks) {
  GW_TRY(auto unpacked, unpack(blocks));
  const auto* item = first_item(unpacked.object);
  if (!item) return fail(no_picture("the answer has no data[0]"));
  return drawing_of(*item, unpacked);
}

Result<Drawing> drawing_of(const json::object& item, Unpacked& unpacked) {
  const auto text = text_of(item, "b64_json");
  if (unpacked.payload == Unpacked::Payload::apart && text == kApart) {
    GW_TRY(auto picture, picture_of(std::exchange(unpacked.bytes, {})));
    return picture;
  }
  if (!text.empty()) {
    GW_TRY(auto picture, picture_of_text(text));
    return picture;
  }
  if (const auto url = text_of(item, "url"); !url.empty()) return drawing_at(url);
  return fail(no_picture("data[0] has neither b64_json nor url"));
}

}  // namespace gw::openai
