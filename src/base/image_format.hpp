// Recognises a picture by its bytes, never by its label, and reads its size without decoding it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw {

enum class ImageFormat : std::uint8_t { png, jpeg, webp, gif };

std::string_view to_string(ImageFormat format);       // "png", "jpeg" … (the wire's output_format)
std::string_view mime_type(ImageFormat format);       // "image/png" …
std::string_view file_extension(ImageFormat format);  // "png", "jpg" …
std::optional<ImageFormat> image_format_of_extension(std::string_view extension);

struct ImageSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint64_t area() const { return std::uint64_t{width} * height; }
  friend bool operator==(const ImageSize&, const ImageSize&) = default;
};
std::string to_string(ImageSize size);  // "1024x768"

struct ImageHeader {
  ImageFormat format;
  ImageSize size;
};

// By the first bytes alone (16 are enough); the rest may still be missing or broken.
std::optional<ImageFormat> image_format_of(std::string_view bytes);

// Nothing when the bytes are no picture of a known format or too short to tell its size. Total: any
// bytes. `size` of a JPEG is that of the coded frame, before EXIF orientation.
std::optional<ImageHeader> read_image_header(std::string_view bytes);

}  // namespace gw
