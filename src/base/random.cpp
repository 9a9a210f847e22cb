#include "base/random.hpp"

#include <openssl/rand.h>

#include <stdexcept>
#include <utility>

namespace gw {

std::string Random::token(std::size_t length) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out;
  out.reserve(length);
  while (out.size() < length) {
    auto bits = next();
    for (int i = 0; i < 12 && out.size() < length; ++i, bits >>= 5) out += kAlphabet[bits & 31];
  }
  return out;
}

std::uint64_t SystemRandom::next() {
  if (left_ == 0) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(pool_.data()), sizeof pool_) != 1) {
      throw std::runtime_error("the operating system gave no randomness");
    }
    left_ = pool_.size();
  }
  return std::exchange(pool_[--left_], 0);
}

}  // namespace gw
