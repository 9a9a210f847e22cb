// How long stored pictures live, and how much room they get.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace gw {

// For which requests an equal drawing of the same key may be the answer (CACHE): none, those with a
// seed of the client's, or all.
enum class Sharing : std::uint8_t { off, seeded, always };

constexpr std::string_view to_string(Sharing sharing) {
  switch (sharing) {
    case Sharing::off:
      return "off";
    case Sharing::seeded:
      return "seeded";
    case Sharing::always:
      return "always";
  }
  return "seeded";
}

struct LibraryOptions {
  std::chrono::hours time_to_live{24 * 7};
  std::uint64_t max_bytes = 10ull << 30;     // over it the oldest go first
  std::chrono::seconds url_time{24 * 3600};  // how long a handed-out link works (IMAGE_URL_TTL)
  std::chrono::seconds undo_time{600};       // a deleted picture can be had back for so long
};

// Favourites stay while they take no more than this of max_bytes: new pictures need room too.
constexpr std::uint64_t favourites_bound(const LibraryOptions& options) {
  return options.max_bytes / 4 * 3;
}

}  // namespace gw
