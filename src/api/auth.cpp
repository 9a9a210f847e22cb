#include "api/auth.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>

namespace gw::api {
namespace {

constexpr std::string_view kHowToSend =
    "send it as `Authorization: Bearer <key>` (or as `api-key` or `X-Api-Key`)";

std::optional<std::string_view> bearer(std::string_view value) {
  constexpr std::string_view kScheme = "bearer";
  const auto blank = value.find(' ');
  if (!equals_ignoring_case(value.substr(0, blank), kScheme)) return std::nullopt;
  return blank == std::string_view::npos ? std::string_view{} : trim(value.substr(blank));
}

std::vector<std::string_view> keys_in(const http::Headers& headers) {
  std::vector<std::string_view> keys;
  for (const auto& [name, value] : headers) {
    if (equals_ignoring_case(name, "authorization")) {
      if (const auto key = bearer(trim(value))) keys.push_back(*key);
    } else if (equals_ignoring_case(name, "api-key") || equals_ignoring_case(name, "x-api-key")) {
      keys.push_back(trim(value));
    }
  }
  return keys;
}

Error no_key() {
  return {ErrorKind::unauthenticated, "no API key was sent; " + std::string(kHowToSend)};
}

Error wrong_key() {
  return {ErrorKind::unauthenticated,
          "the API key is not one of this gateway; its operator set it as API_MASTER_KEY, or finds "
          "it in "
          "the start message; " +
              std::string(kHowToSend)};
}

bool from_loopback(const http::RequestHead& head) {
  boost::system::error_code bad;
  const auto address = boost::asio::ip::make_address(head.remote_address, bad);
  if (bad) return false;
  if (address.is_loopback()) return true;
  return address.is_v6() && address.to_v6().is_v4_mapped() &&
         boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6())
             .is_loopback();
}

// A reverse proxy on this machine and a page in this machine's browser come from loopback too.
bool speaks_for_others(const http::Headers& headers) {
  constexpr std::array<std::string_view, 5> kMarks{"forwarded", "x-forwarded-for", "x-real-ip",
                                                   "via", "origin"};
  return std::ranges::any_of(kMarks, [&](auto mark) { return headers.contains(mark); });
}

// A proxy without such marks still names the site it serves; so does a page that a hostile name
// server leads to this address.
bool names_this_machine(const http::Headers& headers) {
  auto host = headers.find("host").value_or("");
  if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
  if (host.starts_with('[')) host = host.substr(1, host.find(']') - 1);
  boost::system::error_code bad;
  const auto address = boost::asio::ip::make_address(host, bad);
  return equals_ignoring_case(host, "localhost") || (!bad && address.is_loopback());
}

Result<CallerId> admit_metrics(const MetricsKeys& keys, const http::RequestHead& head) {
  const auto presented = keys_in(head.headers);
  if (presented.empty()) {
    const bool local =
        from_loopback(head) && !speaks_for_others(head.headers) && names_this_machine(head.headers);
    if (local) return CallerId{"loopback"};
    return fail(Error(ErrorKind::unauthenticated,
                      "metrics need METRICS_KEY or ADMIN_KEY from anywhere but this machine; " +
                          std::string(kHowToSend)));
  }
  const auto right = [](const Secret& key, std::string_view value) {
    return !key.empty() && key.equals(value);
  };
  const auto known = [&](std::string_view value) {
    return right(keys.metrics, value) || right(keys.admin, value);
  };
  if (std::ranges::all_of(presented, known)) return CallerId{"metrics"};
  return fail(Error(ErrorKind::unauthenticated,
                    "this key does not open the metrics; METRICS_KEY and ADMIN_KEY do"));
}

}  // namespace

http::Guard make_api_guard(Secret key) {
  auto caller = caller_of(key);
  return [key = std::move(key),
          caller = std::move(caller)](const http::RequestHead& head) -> Result<CallerId> {
    const auto presented = keys_in(head.headers);
    if (presented.empty()) return fail(no_key());
    const auto right = [&](std::string_view value) { return key.equals(value); };
    if (key.empty() || !std::ranges::all_of(presented, right)) return fail(wrong_key());
    return caller;
  };
}

http::Guard make_metrics_guard(MetricsKeys keys) {
  return
      [keys = std::move(keys)](const http::RequestHead& head) { return admit_metrics(keys, head); };
}

CallerId caller_of(const Secret& key) {
  const auto digest = hmac_sha256("caller of an API key", key.reveal());
  return {hex(std::span(digest).first(16))};
}

}  // namespace gw::api
