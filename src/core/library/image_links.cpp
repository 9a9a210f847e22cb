#include "core/library/image_links.hpp"

#include "base/digest.hpp"

#include <algorithm>
#include <charconv>

namespace gw {

ImageLinks::ImageLinks(Secret signing_key, std::chrono::seconds link_time, const Clock& clock)
    : key_(std::move(signing_key)), link_time_(link_time), clock_(clock) {}

std::string ImageLinks::path(std::string_view file_name) const {
  const auto expires = clock_.wall() + link_time_;
  return path_until(file_name,
                    std::chrono::floor<std::chrono::seconds>(expires.time_since_epoch()));
}

std::string ImageLinks::steady_path(std::string_view file_name) const {
  const auto expires = clock_.wall() + link_time_;
  const auto step = std::max(link_time_ / 24, std::chrono::seconds(1));
  const auto steps = std::chrono::floor<std::chrono::seconds>(expires.time_since_epoch()) / step;
  return path_until(file_name, steps * step);
}

std::string ImageLinks::path_until(std::string_view file_name, std::chrono::seconds expires) const {
  const auto seconds = std::to_string(expires.count());
  std::string path = "/images/";
  path.append(file_name).append("?expires=").append(seconds);
  return path.append("&signature=").append(sign(file_name, seconds));
}

bool ImageLinks::is_signed(std::string_view file_name, std::string_view expires,
                           std::string_view signature) const {
  return equal_in_constant_time(sign(file_name, expires), signature);
}

ImageLinks::Verdict ImageLinks::check(std::string_view file_name, std::string_view expires,
                                      std::string_view signature) const {
  if (!is_signed(file_name, expires, signature)) return Verdict::forged;
  // Signed by us, and so a number.
  std::int64_t seconds = 0;
  std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  return WallTime(std::chrono::seconds(seconds)) > clock_.wall() ? Verdict::valid
                                                                 : Verdict::expired;
}

std::string ImageLinks::sign(std::string_view file_name, std::string_view expires) const {
  std::string text(file_name);
  text.append(1, '\n').append(expires);
  return base64url(hmac_sha256(key_.reveal(), text));
}

}  // namespace gw
