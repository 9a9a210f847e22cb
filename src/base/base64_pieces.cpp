#include "base/base64_pieces.hpp"

#include "base/base64.hpp"

#include <algorithm>
#include <utility>

namespace gw {

Base64Pieces::Base64Pieces(std::size_t expected) {
  if (expected > 0) bytes_.reserve(expected / 4 * 3 + 3);
}

bool Base64Pieces::feed(std::string_view piece) {
  if (!group_.empty()) {
    const auto missing = std::min(4 - group_.size(), piece.size());
    group_ += piece.substr(0, missing);
    piece.remove_prefix(missing);
    if (group_.size() < 4) return true;
    if (!decode(group_)) return false;
    group_.clear();
  }
  const auto whole = piece.size() / 4 * 4;
  group_ = piece.substr(whole);
  return decode(piece.substr(0, whole));
}

bool Base64Pieces::decode(std::string_view groups) {
  if (groups.empty()) return true;
  if (std::exchange(ended_, groups.ends_with('='))) return false;
  return base64_decode_onto(bytes_, groups);
}

}  // namespace gw
