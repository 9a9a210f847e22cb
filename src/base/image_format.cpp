#include "base/image_format.hpp"

#include "base/endian.hpp"
#include "base/jpeg_segments.hpp"

namespace gw {
namespace {

using namespace std::string_view_literals;

std::optional<ImageHeader> header(ImageFormat format, std::uint32_t width, std::uint32_t height) {
  if (width == 0 || height == 0) return std::nullopt;
  return ImageHeader{format, {width, height}};
}

std::optional<ImageHeader> read_png(std::string_view bytes) {
  constexpr auto kHead = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"sv;
  constexpr std::uint32_t kLargestSide = 0x7fffffff;  // PNG §7.1
  if (!bytes.starts_with(kHead) || bytes.size() < kHead.size() + 8) return std::nullopt;
  const std::uint32_t width = read_be32(bytes, kHead.size());
  const std::uint32_t height = read_be32(bytes, kHead.size() + 4);
  if (width > kLargestSide || height > kLargestSide) return std::nullopt;
  return header(ImageFormat::png, width, height);
}

bool starts_frame(std::uint8_t marker) {  // SOF0..SOF15; the gaps are DHT, JPG and DAC
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

std::optional<ImageHeader> read_jpeg(std::string_view bytes) {
  JpegSegments segments(bytes);
  while (const auto segment = segments.next()) {
    if (!starts_frame(segment->marker)) continue;
    if (segment->payload.size() < 5) return std::nullopt;
    return header(ImageFormat::jpeg, read_be16(segment->payload, 3),
                  read_be16(segment->payload, 1));
  }
  return std::nullopt;
}

std::optional<ImageHeader> read_webp(std::string_view bytes) {
  constexpr std::size_t kPayload = 20;  // RIFF, size, WEBP, chunk name, chunk size
  if (bytes.size() < kPayload) return std::nullopt;
  const std::string_view chunk = bytes.substr(12, 4);
  const std::string_view payload = bytes.substr(kPayload, read_le32(bytes, kPayload - 4));
  if (chunk == "VP8 ") {  // RFC 6386 §9.1: frame tag, start code, 14 bits of size and 2 of scale
    if (payload.size() < 10 || (byte_at(payload, 0) & 1) != 0) return std::nullopt;
    if (payload.substr(3, 3) != "\x9d\x01\x2a"sv) return std::nullopt;
    return header(ImageFormat::webp, read_le16(payload, 6) & 0x3fff,
                  read_le16(payload, 8) & 0x3fff);
  }
  if (chunk == "VP8L") {  // signature, 14 bits of width - 1, 14 of height - 1, alpha, version
    if (payload.size() < 5 || byte_at(payload, 0) != 0x2f) return std::nullopt;
    const std::uint32_t bits = read_le32(payload, 1);
    if (bits >> 29 != 0) return std::nullopt;
    return header(ImageFormat::webp, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
  }
  if (chunk == "VP8X") {
    if (payload.size() < 10) return std::nullopt;
    const ImageSize canvas{read_le24(payload, 4) + 1, read_le24(payload, 7) + 1};
    if (canvas.area() > 0xffffffff)
      return std::nullopt;  // forbidden by the container's specification
    return header(ImageFormat::webp, canvas.width, canvas.height);
  }
  return std::nullopt;
}

std::optional<ImageHeader> read_gif(std::string_view bytes) {
  if (bytes.size() < 10) return std::nullopt;
  return header(ImageFormat::gif, read_le16(bytes, 6), read_le16(bytes, 8));
}

}  // namespace

std::string_view to_string(ImageFormat format) {
  switch (format) {
    case ImageFormat::png:
      return "png";
    case ImageFormat::jpeg:
      return "jpeg";
    case ImageFormat::webp:
      return "webp";
    case ImageFormat::gif:
      return "gif";
  }
  return "png";
}

std::string_view mime_type(ImageFormat format) {
  switch (format) {
    case ImageFormat::png:
      return "image/png";
    case ImageFormat::jpeg:
      return "image/jpeg";
    case ImageFormat::webp:
      return "image/webp";
    case ImageFormat::gif:
      return "image/gif";
  }
  return "image/png";
}

std::string_view file_extension(ImageFormat format) {
  return format == ImageFormat::jpeg ? "jpg" : to_string(format);
}

std::optional<ImageFormat> image_format_of_extension(std::string_view extension) {
  if (extension == "png") return ImageFormat::png;
  if (extension == "jpg" || extension == "jpeg") return ImageFormat::jpeg;
  if (extension == "webp") return ImageFormat::webp;
  if (extension == "gif") return ImageFormat::gif;
  return std::nullopt;
}

std::string to_string(ImageSize size) {
  return std::to_string(size.width) + 'x' + std::to_string(size.height);
}

std::optional<ImageFormat> image_format_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG")) return ImageFormat::png;
  if (bytes.starts_with("\xff\xd8")) return ImageFormat::jpeg;
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return ImageFormat::gif;
  const bool webp = bytes.starts_with("RIFF") && bytes.substr(4).substr(0, 8).ends_with("WEBP");
  return webp ? std::optional(ImageFormat::webp) : std::nullopt;
}

std::optional<ImageHeader> read_image_header(std::string_view bytes) {
  const auto format = image_format_of(bytes);
  if (!format) return std::nullopt;
  switch (*format) {
    case ImageFormat::png:
      return read_png(bytes);
    case ImageFormat::jpeg:
      return read_jpeg(bytes);
    case ImageFormat::webp:
      return read_webp(bytes);
    case ImageFormat::gif:
      return read_gif(bytes);
  }
  return std::nullopt;
}

}  // namespace gw
