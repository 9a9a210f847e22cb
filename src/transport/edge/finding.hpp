// What an upstream's answer says about the edge in front of it (cloudflare-upstream §2), as a
// value.
#pragma once

#include "transport/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::edge {

enum class Kind : std::uint8_t {
  none,               // nothing of the edge's: the caller judges the answer by itself
  challenge,          // it wants to see a human; the upstream has not seen the request
  blocked,            // it refuses us; the upstream has not seen the request
  rate_limited,       // the edge's own limit; the upstream has not seen the request
  site_rate_limited,  // the site's, behind the edge
  misconfigured,      // names that do not fit together: a fault of ours or of a proxy
  origin_error,       // between edge and upstream; the upstream may have begun the work
  account_auth,       // the site does not accept the credentials
  site_captcha,       // the site's own form wants a human; no clearance helps
  unexpected_html,    // a page with a good status: sign-in, maintenance, waiting room
};
std::string_view to_string(Kind kind);  // for logs and metric labels

// Of `cf-ray`: the handle by which the owner of a site finds what happened.
struct Ray {
  std::string id;    // 16 hexadecimal digits
  std::string colo;  // of the data centre; empty: not told
  bool empty() const { return id.empty(); }
  std::string text() const;  // as it came
  friend bool operator==(const Ray&, const Ray&) = default;
};

// An empty one for anything of another shape.
Ray parse_ray(std::string_view text);

// Nothing in it is text of the answer's: it may be shown and logged.
struct Finding {
  Kind kind = Kind::none;
  int code = 0;  // 1xxx, or the status of an origin_error; 0: none
  std::string_view
      reason;  // a word of ours with static storage; empty when there is no more to say
  Ray ray;
  // As told, at most 15 minutes. What a client is told has a bound of its own.
  std::optional<std::chrono::seconds> retry_after;
  bool heuristic = false;  // by marks in a page, without the documented header
  bool proxied = false;    // an edge stands there at all; true for healthy answers too
  AddressFamily family = AddressFamily::any;  // by which it was reached
};

}  // namespace gw::edge
