#include "api/json_body.hpp"

#include "base/text.hpp"

namespace gw::api {

Result<void> expect_json(const http::Headers& headers) {
  const auto value = headers.find("content-type");
  if (!value) return {};
  const auto type = to_lower(trim(value->substr(0, value->find(';'))));
  if (type.empty() || type == "application/json" || type.ends_with("+json")) return {};
  return fail(Error(ErrorKind::unsupported_media_type,
                    "the Content-Type of this request must be application/json"));
}

}  // namespace gw::api
