#include "transport/edge/scope.hpp"

#include <algorithm>

namespace gw::edge {
namespace {

bool is_address(std::string_view host) {
  return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_this_machine(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  return is_address(host) && host.starts_with("127.");
}

}  // namespace

HostAndPort split_port(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || host.ends_with(']')) return {.host = host, .port = {}};
  return {.host = host.substr(0, colon), .port = host.substr(colon + 1)};
}

bool lies_in(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return !domain.empty() && !is_address(host) && host.size() > domain.size() &&
         host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.';
}

// Which names are public suffixes is not known here; the ones without a dot are the worst of them.
bool may_name_domain(std::string_view host, std::string_view domain) {
  return domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.') &&
         lies_in(host, domain);
}

bool may_carry_cookies(const Address& target) {
  return target.scheme == "https" || is_this_machine(split_port(target.host).host);
}

bool covers(const Address& zone, std::string_view domain, const Address& target) {
  if (target.scheme != zone.scheme || !may_carry_cookies(target)) return false;
  if (target.host == zone.host) return true;
  const auto own = split_port(zone.host);
  const auto other = split_port(target.host);
  return !domain.empty() && own.port == other.port && lies_in(other.host, own.host) &&
         lies_in(other.host, domain);
}

}  // namespace gw::edge
