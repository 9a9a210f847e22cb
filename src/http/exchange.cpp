#include "http/exchange.hpp"

#include <algorithm>

namespace gw::http {

std::string request_id(const RequestHead& head, Random& random) {
  const auto is_safe = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  };
  const auto own = head.headers.find("x-request-id").value_or("");
  if (!own.empty() && own.size() <= 64 && std::ranges::all_of(own, is_safe))
    return std::string(own);
  return "req_" + random.token(24);
}

}  // namespace gw::http
