// Randomness as a capability: the engine's simulation and the tests bring their own.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace gw {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;

  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  // `length` characters of lower-case base32 (5 bits each).
  std::string token(std::size_t length);
};

// The operating system's generator by OpenSSL, buffered. One thread.
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override;

 private:
  std::array<std::uint64_t, 64> pool_{};
  std::size_t left_ = 0;
};

}  // namespace gw
