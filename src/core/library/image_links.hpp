// Links to stored pictures: signed, so that a guess is worthless, and expiring.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace gw {

// Stateless apart from its key; I/O thread, but for is_signed().
class ImageLinks final {
 public:
  ImageLinks(Secret signing_key, std::chrono::seconds link_time, const Clock& clock);

  // "/images/<file_name>?expires=<unix seconds>&signature=<base64url HMAC-SHA256>"
  std::string path(std::string_view file_name) const;
  // The same, and the same text for a while (a 24th of the link's time, by which it may work
  // shorter): what a page shows again and again should come out of the browser's cache.
  std::string steady_path(std::string_view file_name) const;

  // Whether this gateway gave it out, however long ago. Any thread.
  bool is_signed(std::string_view file_name, std::string_view expires,
                 std::string_view signature) const;
  enum class Verdict { valid, expired, forged };
  Verdict check(std::string_view file_name, std::string_view expires,
                std::string_view signature) const;

 private:
  std::string path_until(std::string_view file_name, std::chrono::seconds expires) const;
  std::string sign(std::string_view file_name, std::string_view expires) const;

  Secret key_;
  std::chrono::seconds link_time_;
  const Clock& clock_;
};

}  // namespace gw
