// GET /api/user/quota (protocol §7): the one call that looks at token and session and counts
// nothing. What its answer says about both. Pure.
#pragma once

#include "transport/http_client.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace gw::dreamifly {

enum class TokenVerdict : std::uint8_t {
  unknown,   // the answer tells nothing: `detail` says why
  accepted,  // looked at before the session, so this is known of anonymous callers, too
  refused,
  missing,  // none was sent, and the server wants one
};

// The server raises its count before it compares, so the last one of its limit is refused.
std::int64_t free_pictures_of(std::int64_t limit);

// Of one account, today.
struct Quota {
  std::int64_t drawn = 0;
  std::optional<std::int64_t> limit;  // nothing: unlimited

  bool used_up() const { return limit && drawn >= free_pictures_of(*limit); }
};

struct QuotaAnswer {
  TokenVerdict token = TokenVerdict::unknown;
  std::optional<Quota> quota;  // where somebody was signed in
  std::string detail;          // never the server's own words
};

QuotaAnswer read_quota(const IncomingAnswer& answer);

}  // namespace gw::dreamifly
