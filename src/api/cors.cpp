#include "api/cors.hpp"

#include "api/http_syntax.hpp"

#include <algorithm>

namespace gw::api {
namespace {

// A wildcard would not do: it does not cover requests with credentials.
constexpr std::string_view kExposed =
    "x-request-id, retry-after, retry-after-ms, x-should-retry, x-ratelimit-limit-requests, "
    "x-ratelimit-remaining-requests, x-ratelimit-reset-requests, x-ratelimit-limit-tokens, "
    "x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens, x-ignored-params, x-partial-failures, "
    "x-provider, x-route, x-cache, x-adopted, x-seed, x-queue-ms, x-upstream-ms, x-overhead-ms, "
    "x-upstream-points, "
    "location, "
    "etag, content-location, preference-applied, "
    "content-range, accept-ranges";

bool under(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool open_to_other_origins(std::string_view path) {
  return !under(path, "/admin") && !under(path, "/metrics");
}

// "authorization, x-stainless-retry-count": only what can be a list of header names is reflected.
bool is_name_list(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_token_char(c) || c == ',' || c == ' '; });
}

void set_if_absent(http::Headers& headers, std::string_view name, std::string_view value) {
  if (!headers.contains(name)) headers.set(name, std::string(value));
}

}  // namespace

std::optional<http::Response> preflight(const http::RequestHead& head) {
  if (head.method != "OPTIONS") return std::nullopt;
  http::Response response;
  response.status = 204;
  auto& headers = response.headers;
  headers.set("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  if (!open_to_other_origins(head.path())) return response;
  const auto method = head.headers.find("access-control-request-method").value_or("");
  const auto names = head.headers.find("access-control-request-headers").value_or("");
  if (is_token(method)) headers.set("Access-Control-Allow-Methods", std::string(method));
  if (!names.empty() && is_name_list(names)) {
    headers.set("Access-Control-Allow-Headers", std::string(names));
  }
  headers.set("Access-Control-Max-Age", "86400");
  return response;
}

void decorate(const http::RequestHead& head, const RequestContext& context,
              http::Response& response) {
  auto& headers = response.headers;
  headers.set("x-request-id", context.request_id);
  if (open_to_other_origins(head.path())) {
    headers.set("Access-Control-Allow-Origin", "*");
    headers.set("Access-Control-Expose-Headers", std::string(kExposed));
    set_if_absent(headers, "Cross-Origin-Resource-Policy", "cross-origin");
  }
  set_if_absent(headers, "X-Content-Type-Options", "nosniff");
  set_if_absent(headers, "Referrer-Policy", "no-referrer");
  set_if_absent(headers, "X-Frame-Options", "DENY");
  set_if_absent(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  set_if_absent(headers, "Cache-Control", "no-store");
}

}  // namespace gw::api
