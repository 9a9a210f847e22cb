// A string that refuses to be printed (design rule 6: secrets never leave).
#pragma once

#include <string>
#include <string_view>

namespace gw {

class Secret final {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  // The only way to the value; grep for it to see where secrets go.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  // Constant time in the length of the longer one (OpenSSL's CRYPTO_memcmp over digests).
  bool equals(std::string_view other) const;

 private:
  std::string value_;
};

// fmt prints a Secret as ***.
inline std::string_view format_as(const Secret&) {
  return "***";
}

}  // namespace gw
