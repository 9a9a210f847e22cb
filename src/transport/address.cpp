#include "transport/address.hpp"

#include "base/text.hpp"

namespace gw {
namespace {

constexpr std::string_view kHostCharacters = "abcdefghijklmnopqrstuvwxyz0123456789.-_:[]";

void drop_suffix(std::string& text, std::string_view suffix) {
  if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
}

}  // namespace

std::optional<Address> address_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  Address address{.scheme = to_lower(url.substr(0, scheme_end)), .host = {}};
  if (address.scheme != "http" && address.scheme != "https") return std::nullopt;

  const auto rest = url.substr(scheme_end + 3);
  address.host = to_lower(rest.substr(0, rest.find_first_of("/?#")));
  if (address.host.find_first_not_of(kHostCharacters) != std::string::npos) return std::nullopt;
  drop_suffix(address.host, address.scheme == "http" ? ":80" : ":443");
  if (address.host.empty() || address.host.starts_with(':')) return std::nullopt;
  return address;
}

}  // namespace gw
