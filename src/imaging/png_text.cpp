#include "imaging/png_text.hpp"

#include "base/endian.hpp"
#include "base/text.hpp"

#include <zlib.h>

#include <algorithm>

namespace gw {
namespace {

using namespace std::string_view_literals;

std::optional<std::string> inflated(std::string_view packed, std::size_t most) {
  std::string out(most, '\0');
  auto size = static_cast<uLongf>(most);
  const auto* from = reinterpret_cast<const Bytef*>(packed.data());
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &size, from,
                 static_cast<uLong>(packed.size())) != Z_OK) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

std::string from_latin1(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint32_t code = byte_at(text, i);
    if (code < 0x80) {
      append_byte(out, code);
    } else {
      append_byte(out, 0xc0 | code >> 6);
      append_byte(out, 0x80 | (code & 0x3f));
    }
  }
  return out;
}

// Takes what is before the next NUL off the front.
std::optional<std::string_view> take_string(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return taken;
}

std::optional<std::string> international_text(std::string_view rest, std::size_t most) {
  if (rest.size() < 2) return std::nullopt;
  const bool packed = rest[0] != '\0';
  rest.remove_prefix(2);
  if (!take_string(rest) || !take_string(rest))
    return std::nullopt;  // language, translated keyword
  return packed ? inflated(rest, most) : std::string(rest);
}

std::optional<std::string> text_of(std::string_view type, std::string_view rest, std::size_t most) {
  if (type == "tEXt") return from_latin1(rest);
  if (type == "iTXt") return international_text(rest, most);
  if (!rest.starts_with("\0"sv)) return std::nullopt;  // zTXt knows one method of compression
  auto text = inflated(rest.substr(1), most);
  if (text) text = from_latin1(*text);
  return text;
}

// The bytes of the well-formed character at the front; 0 where there is none.
std::size_t character_length(std::string_view text) {
  const std::uint32_t lead = byte_at(text, 0);
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0x80 ? 2 : 1;
  return text.size() >= length && is_utf8(text.substr(0, length)) ? length : 0;
}

bool forbidden_in_xml(std::string_view character) {
  if (character.size() == 1) {
    return byte_at(character, 0) < 0x20 && "\t\n\r"sv.find(character[0]) == std::string_view::npos;
  }
  return character == "\xef\xbf\xbe" || character == "\xef\xbf\xbf";
}

}  // namespace

std::optional<PngTextValue> read_png_text(std::string_view type, std::string_view payload,
                                          std::size_t most) {
  const auto keyword = take_string(payload);
  if (!keyword) return std::nullopt;
  auto value = text_of(type, payload, most);
  if (!value || value->size() > most) return std::nullopt;
  return PngTextValue{from_latin1(*keyword), std::move(*value)};
}

std::string xml_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    text.remove_prefix(character.size());
    if (length == 0 || forbidden_in_xml(character)) continue;
    if (character == "&")
      out += "&amp;";
    else if (character == "<")
      out += "&lt;";
    else if (character == ">")
      out += "&gt;";
    else
      out.append(character);
  }
  return out;
}

}  // namespace gw
