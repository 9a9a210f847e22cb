#include "transport/edge/finding.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace gw::edge {
namespace {

constexpr std::size_t kRayDigits = 16;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_colo(std::string_view text) {
  return text.size() >= 3 && text.size() <= 4 && std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::none:
      return "none";
    case Kind::challenge:
      return "challenge";
    case Kind::blocked:
      return "blocked";
    case Kind::rate_limited:
      return "rate_limited";
    case Kind::site_rate_limited:
      return "site_rate_limited";
    case Kind::misconfigured:
      return "misconfigured";
    case Kind::origin_error:
      return "edge_origin_error";
    case Kind::account_auth:
      return "account_auth";
    case Kind::site_captcha:
      return "site_captcha";
    case Kind::unexpected_html:
      return "unexpected_html";
  }
  return "none";
}

std::string Ray::text() const {
  return colo.empty() ? id : id + '-' + colo;
}

Ray parse_ray(std::string_view text) {
  text = trim(text);
  const auto id = text.substr(0, kRayDigits);
  if (id.size() < kRayDigits || !std::ranges::all_of(id, is_hex)) return {};
  const auto rest = text.substr(kRayDigits);
  if (rest.empty()) return {.id = std::string(id), .colo = {}};
  if (!rest.starts_with('-') || !is_colo(rest.substr(1))) return {};
  return {.id = std::string(id), .colo = std::string(rest.substr(1))};
}

}  // namespace gw::edge
