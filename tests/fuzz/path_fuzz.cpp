// Any bytes are a request path: routing is total, a parameter is clean text, and encoding undoes
// decoding.
#include "base/text.hpp"
#include "http/router.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using gw::http::Request;
using gw::http::Response;
using gw::http::Route;
using gw::http::Router;

void require(bool holds) {
  if (!holds) std::abort();
}

gw::Task<Response> answer(Request, gw::RequestContext&) {
  co_return Response{};
}

Router make_router() {
  Router router;
  for (const auto* pattern :
       {"/", "/v1/models", "/v1/models/{id...}", "/images/{file}", "/a/{b}/c"}) {
    Route route;
    route.method = "GET";
    route.pattern = pattern;
    route.handler = answer;
    router.add(std::move(route));
  }
  return router;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto router = make_router();
  const std::string_view path(reinterpret_cast<const char*>(data), size);

  if (const auto match = router.find("GET", path)) {
    for (const auto& [name, value] : match->params) {
      require(gw::is_utf8(value) && value.find('\0') == std::string::npos);
    }
    const auto refused = router.find("PUT", path);
    require(refused && !refused->route);
    require(refused->allowed.empty() == (match->route == nullptr));
  }

  Request request;
  request.target = std::string(path);
  (void)request.query_value("a");
  require(gw::percent_decode(gw::percent_encode(path)).has_value() ==
          (gw::is_utf8(path) && path.find('\0') == std::string_view::npos));
  if (const auto decoded = gw::percent_decode(path)) {
    require(gw::percent_decode(gw::percent_encode(*decoded)) == *decoded);
  }
  return 0;
}
