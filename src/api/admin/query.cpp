#include "api/admin/query.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace gw::api {

Result<void> expect_query(const http::Request& request,
                          std::initializer_list<std::string_view> names) {
  for (auto rest = request.query(); !rest.empty();) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto name = pair.substr(0, pair.find('='));
    if (std::ranges::find(names, name) != names.end()) continue;
    std::string known;
    for (const auto one : names) known.append(known.empty() ? "" : ", ").append(one);
    return fail(Error::invalid_request("query", "the parameters here are: " + known));
  }
  return {};
}

}  // namespace gw::api
