// A picture at rest: its name and what is known of it without opening it.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/image_format.hpp"

#include <cstdint>
#include <string>

namespace gw {

struct StoredPicture {
  PictureId id;
  ImageFormat format = ImageFormat::png;
  std::uint64_t size = 0;  // bytes
  WallTime written;
  std::string file_name() const;  // "<id>.<extension>", also the last part of its link
};

}  // namespace gw
