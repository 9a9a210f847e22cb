#include "imaging/webp_chunks.hpp"

#include "base/endian.hpp"
#include "base/image_format.hpp"

namespace gw {
namespace {

constexpr std::size_t kFileHead = 12;  // RIFF, size, WEBP
constexpr std::size_t kChunkHead = 8;  // name, size
constexpr std::uint32_t kXmpFlag = 0x04;
constexpr std::uint32_t kAlphaFlag = 0x10;

void append_chunk(std::string& out, std::string_view type, std::string_view payload) {
  out.append(type);
  append_le32(out, static_cast<std::uint32_t>(payload.size()));
  out.append(payload);
  if (payload.size() % 2 != 0) out.push_back('\0');
}

// What the first chunk says about the whole file, as a VP8X payload.
std::string extended_header(const WebpChunk& first, ImageSize size) {
  if (first.type == "VP8X") {
    std::string payload(first.payload);
    payload[0] = static_cast<char>(byte_at(payload, 0) | kXmpFlag);
    return payload;
  }
  const bool alpha = first.type == "VP8L" && (read_le32(first.payload, 1) >> 28 & 1) != 0;
  std::string payload;
  append_le32(payload, kXmpFlag | (alpha ? kAlphaFlag : 0));
  append_le24(payload, size.width - 1);
  append_le24(payload, size.height - 1);
  return payload;
}

}  // namespace

WebpChunks::WebpChunks(std::string_view bytes) : bytes_(bytes), at_(bytes.size()) {
  if (bytes.size() >= kFileHead && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") {
    at_ = kFileHead;
  }
}

std::optional<WebpChunk> WebpChunks::next() {
  if (bytes_.size() - at_ < kChunkHead) return std::nullopt;
  const std::size_t length = read_le32(bytes_, at_ + 4);
  const std::size_t left = bytes_.size() - at_ - kChunkHead;
  if (length > left) return std::nullopt;
  const WebpChunk chunk{bytes_.substr(at_, 4), bytes_.substr(at_ + kChunkHead, length)};
  const std::size_t padded = length + length % 2;
  at_ = padded >= left ? bytes_.size() : at_ + kChunkHead + padded;
  return chunk;
}

std::string webp_with_xmp(std::string_view bytes, std::string_view xmp) {
  const auto header = read_image_header(bytes);
  WebpChunks chunks(bytes);
  auto chunk = chunks.next();
  if (!header || header->format != ImageFormat::webp || !chunk) return std::string(bytes);

  std::string body = "WEBP";
  append_chunk(body, "VP8X", extended_header(*chunk, header->size));
  for (; chunk; chunk = chunks.next()) {
    if (chunk->type != "VP8X" && chunk->type != "XMP ")
      append_chunk(body, chunk->type, chunk->payload);
  }
  append_chunk(body, "XMP ", xmp);  // the container's order: XMP is last

  std::string out = "RIFF";
  append_le32(out, static_cast<std::uint32_t>(body.size()));
  return out.append(body);
}

}  // namespace gw
