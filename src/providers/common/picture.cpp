#include "providers/common/picture.hpp"

#include "base/image_format.hpp"

#include <fmt/format.h>

#include <utility>

namespace gw {

Error no_picture(std::string detail) {
  return Error(ErrorKind::upstream_error, "the upstream answered without a usable picture")
      .with_detail(std::move(detail));
}

Result<Picture> picture_of(std::string bytes) {
  const auto header = read_image_header(bytes);
  if (!header)
    return fail(no_picture(fmt::format("{} bytes that are no known picture", bytes.size())));
  return Picture{.bytes = share(std::move(bytes)), .format = header->format, .size = header->size};
}

}  // namespace gw
