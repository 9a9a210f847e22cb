// The picture in an answer: {"data":[{"b64_json": …}]} or {"url": …}. Pure.
#pragma once

#include "base/error.hpp"
#include "core/generation.hpp"
#include "providers/common/picture.hpp"

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace gw::openai {

using gw::PictureUrl;
using Drawing = std::variant<Picture, PictureUrl>;

// JSON whose one long string is kept out of the parser: megabytes of base64 are decoded from where
// they lie. A mark stands for it in `object` then, and its bytes are in `bytes`.
struct Unpacked {
  boost::json::object object;
  std::string bytes;
  enum class Payload : std::uint8_t { inside, apart } payload = Payload::inside;
};

// The blocks of one JSON object. upstream_error when they are none.
Result<Unpacked> unpack(std::span<const std::string_view> blocks);

// The same with the JSON parser alone; the tests hold the two against each other.
Result<Unpacked> unpack_plainly(std::span<const std::string_view> blocks);

// The whole body of a 200 answer. upstream_error when there is no picture in it. Data URLs, in
// either member, are pictures too: some servers answer so.
Result<Drawing> read_drawing(std::span<const std::string_view> blocks);

// The picture of one item, `data[0]` or an event. `unpacked.object` is what was unpacked, `item`
// lies in it.
Result<Drawing> drawing_of(const boost::json::object& item, Unpacked& unpacked);

}  // namespace gw::openai
