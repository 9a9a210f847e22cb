#include "transport/http_client.hpp"

namespace gw {

std::size_t IncomingBody::size() const {
  std::size_t total = 0;
  for (const auto& block : blocks) total += block.size();
  return total;
}

std::string IncomingBody::joined() const {
  std::string all;
  all.reserve(size());
  for (const auto& block : blocks) all += block;
  return all;
}

std::string_view IncomingAnswer::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

}  // namespace gw
