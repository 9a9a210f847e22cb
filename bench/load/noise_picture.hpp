// A real picture of a wanted size in bytes: noise, which nothing makes smaller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace gw::bench {

// A PNG in true colour, as good as square, that every decoder takes. Pictures of different numbers
// differ. Throws std::runtime_error when zlib does not make it.
std::string noise_picture(std::size_t bytes, std::uint64_t number);

}  // namespace gw::bench
