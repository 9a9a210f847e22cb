#include "api/admin/origin.hpp"

#include "base/text.hpp"

#include <utility>

namespace gw::api {
namespace {

constexpr std::string_view kHttps = "https://";

// "https://host:1/path" → "host:1".
std::string_view host_of(std::string_view origin) {
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto rest = origin.substr(scheme + 3);
  return rest.substr(0, rest.find('/'));
}

bool same_host(std::string_view a, std::string_view b) {
  return !a.empty() && equals_ignoring_case(a, b);
}

}  // namespace

AdminOrigin::AdminOrigin(ForwardedOptions forwarded)
    : trusted_(std::move(forwarded.trusted)),
      public_base_url_(std::move(forwarded.public_base_url)) {}

RequestContext AdminOrigin::asked_by(const http::RequestHead& head) const {
  RequestContext context;
  identify({trusted_, {}}, head, context);
  return context;
}

std::string AdminOrigin::client(const http::RequestHead& head) const {
  return asked_by(head).client;
}

bool AdminOrigin::is_https(const http::RequestHead& head) const {
  const auto used = asked_by(head).origin;
  if (used.starts_with(kHttps)) return true;
  return public_base_url_.starts_with(kHttps) &&
         same_host(host_of(public_base_url_), host_of(used));
}

bool AdminOrigin::is_same_site(const http::RequestHead& head) const {
  if (const auto site = head.headers.find("sec-fetch-site"))
    return *site == "same-origin" || *site == "none";
  const auto origin = head.headers.find("origin");
  if (!origin) return true;
  const auto host = host_of(*origin);
  const auto used = asked_by(head).origin;
  return same_host(host, host_of(used)) || same_host(host, host_of(public_base_url_));
}

}  // namespace gw::api
