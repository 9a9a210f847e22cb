// How long stored pictures live, and how much room they get.
#pragma once

#include <chrono>
#include <cstdint>

namespace gw {

struct LibraryOptions {
  std::chrono::hours time_to_live{24 * 7};
  std::uint64_t max_bytes = 10ull << 30;     // over it the oldest go first
  std::chrono::seconds url_time{24 * 3600};  // how long a handed-out link works (IMAGE_URL_TTL)
};

}  // namespace gw
