// base64 that arrives in pieces of any length, decoded as it comes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace gw {

class Base64Pieces final {
 public:
  // How many characters will come, as far as is known; 0: no idea.
  explicit Base64Pieces(std::size_t expected = 0);

  // False on a fault; nothing may be fed after that. As strict as base64_decode().
  bool feed(std::string_view piece);
  // Whether what came so far could be all.
  bool complete() const { return group_.empty(); }
  std::string take() { return std::move(bytes_); }

 private:
  bool decode(std::string_view groups);

  std::string bytes_;
  std::string group_;  // fewer than four characters
  bool ended_ = false;
};

}  // namespace gw
