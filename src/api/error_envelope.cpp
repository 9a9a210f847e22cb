#include "api/error_envelope.hpp"

#include "base/text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace gw::api {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr seconds kLongestRetryAfter{60};

enum class Repeat : std::uint8_t {
  by_status,  // the SDKs decide by the status
  never,      // useless, or it would pay again for something that was sent
};

struct Envelope {
  int status;
  std::string_view type;
  std::string_view code;  // empty: null
  Repeat repeat = Repeat::by_status;
  seconds retry_after{0};  // when the error names no delay of its own; 0: none
};

constexpr std::string_view kRequest = "invalid_request_error";
constexpr std::string_view kServer = "server_error";

Envelope envelope_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::internal:
      return {500, kServer, "", Repeat::never};
    case ErrorKind::invalid_request:
      return {400, kRequest, ""};
    case ErrorKind::unauthenticated:
      return {401, kRequest, "invalid_api_key"};
    case ErrorKind::forbidden:
      return {403, kRequest, ""};
    case ErrorKind::not_found:
      return {404, kRequest, ""};
    case ErrorKind::method_not_allowed:
      return {405, kRequest, "method_not_supported"};
    case ErrorKind::conflict:
      return {409, kRequest, "conflict", Repeat::never};
    case ErrorKind::too_large:
      return {413, kRequest, "upload_too_large"};
    case ErrorKind::header_too_large:
      return {431, kRequest, "header_too_large"};
    case ErrorKind::unsupported_media_type:
      return {415, kRequest, "unsupported_content_type"};
    case ErrorKind::request_timeout:
      return {408, kRequest, "request_timeout"};
    case ErrorKind::rate_limited:
      return {429, "rate_limit_error", "rate_limit_exceeded", Repeat::by_status, seconds{5}};
    case ErrorKind::quota_exhausted:
      return {429, "insufficient_quota", "insufficient_quota", Repeat::never};
    case ErrorKind::content_rejected:
      return {400, kRequest, "content_policy_violation"};
    case ErrorKind::queue_full:
      return {503, kServer, "queue_full", Repeat::by_status, seconds{5}};
    case ErrorKind::queue_timeout:
      return {504, kServer, "queue_timeout"};
    case ErrorKind::upstream_timeout:
      return {504, kServer, "upstream_timeout", Repeat::never};
    case ErrorKind::upstream_error:
      return {502, kServer, "upstream_error", Repeat::never};
    case ErrorKind::upstream_unavailable:
      return {503, kServer, "upstream_unavailable", Repeat::by_status, seconds{5}};
    case ErrorKind::upstream_challenged:
      return {503, kServer, "upstream_challenged", Repeat::by_status, seconds{60}};
    case ErrorKind::upstream_blocked:
      return {503, kServer, "upstream_blocked", Repeat::never};
    case ErrorKind::no_account_available:
      return {503, kServer, "no_account_available", Repeat::by_status, seconds{30}};
    // The picture may have been drawn already.
    case ErrorKind::storage_unavailable:
      return {503, kServer, "storage_unavailable", Repeat::never};
    case ErrorKind::shutting_down:
      return {503, kServer, "shutting_down", Repeat::by_status, seconds{5}};
    case ErrorKind::cancelled:
      return {499, kServer, "cancelled", Repeat::never};
  }
  return {500, kServer, "", Repeat::never};
}

json::value string_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::string(text.data(), text.size());
}

// Whatever was put into a message, the body stays valid JSON in UTF-8.
std::string clean(std::string text) {
  if (is_utf8(text)) return text;
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return text;
}

std::string message_of(const Error& error, std::string_view request_id) {
  if (error.kind() != ErrorKind::internal) return clean(error.message());
  return fmt::format(
      "something went wrong inside the gateway; its log has more under request id {}", request_id);
}

// For messages: printable ASCII, not too long, no quotes to break out of.
std::string for_people(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  std::ranges::replace_if(
      out, [](char c) { return c <= ' ' || c > '~' || c == '"' || c == '`'; }, '?');
  if (text.size() > most) out += "...";
  return out;
}

void add_retry_headers(const Error& error, const Envelope& envelope, http::Headers& headers) {
  const bool far_away = error.retry_after() && *error.retry_after() > kLongestRetryAfter;
  const bool useless = envelope.repeat == Repeat::never || error.retry_useless();
  if (useless || far_away) headers.set("x-should-retry", "false");
  // A time to come back at would contradict it; that of an allowance is when it is there again.
  if (useless && error.kind() != ErrorKind::quota_exhausted) return;
  auto delay = envelope.retry_after;
  if (error.retry_after()) delay = std::chrono::ceil<seconds>(*error.retry_after());
  delay = std::clamp(delay, seconds{0}, kLongestRetryAfter);
  if (delay > seconds{0}) headers.set("Retry-After", std::to_string(delay.count()));
}

}  // namespace

int status_of(ErrorKind kind) {
  return envelope_of(kind).status;
}

json::object error_object(const Error& error, std::string_view request_id) {
  const auto envelope = envelope_of(error.kind());
  json::object object;
  object["message"] = message_of(error, request_id);
  object["type"] = json::string(envelope.type.data(), envelope.type.size());
  object["param"] = string_or_null(clean(error.param()));
  object["code"] = string_or_null(error.code().empty() ? envelope.code : error.code());
  return object;
}

http::Response render_error(const Error& error, std::string_view request_id) {
  const auto envelope = envelope_of(error.kind());
  json::object body;
  body["error"] = error_object(error, request_id);
  auto response = http::json_response(envelope.status, json::serialize(body));
  add_retry_headers(error, envelope, response.headers);
  if (envelope.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

Error unrouted(const http::RequestHead& head, std::string_view allowed) {
  const auto method = for_people(head.method, 16);
  const auto path = for_people(head.path(), 120);
  if (allowed.empty()) {
    return Error::not_found(
        fmt::format("there is no {} {} here; the API is under /v1", method, path));
  }
  return {ErrorKind::method_not_allowed,
          fmt::format("{} does not take {}, only {}", path, method, allowed)};
}

}  // namespace gw::api
