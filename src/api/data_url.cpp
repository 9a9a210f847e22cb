#include "api/data_url.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace gw::api {
namespace {

constexpr std::string_view kScheme = "data:";
constexpr std::string_view kBase64 = ";base64";

Error bad_data_url(const std::string& param, std::string_view what) {
  return Error::invalid_request(
             param, fmt::format("`{}` must be a picture as a data URL, data:image/png;base64,…: {}",
                                param, what))
      .with_code("invalid_base64_image");
}

}  // namespace

bool is_data_url(std::string_view url) {
  return equals_ignoring_case(url.substr(0, kScheme.size()), kScheme);
}

Result<SharedBytes> decode_data_url(std::string_view url, const std::string& param) {
  const auto comma = url.find(',');
  if (!is_data_url(url) || comma == std::string_view::npos) {
    return fail(bad_data_url(param, "this is none"));
  }
  const auto head = url.substr(0, comma);
  if (head.size() < kBase64.size() ||
      !equals_ignoring_case(head.substr(head.size() - kBase64.size()), kBase64)) {
    return fail(bad_data_url(param, "only base64 is taken"));
  }
  auto bytes = base64_decode(url.substr(comma + 1));
  if (!bytes) return fail(bad_data_url(param, "what follows the comma is not base64"));
  if (bytes->empty()) return fail(bad_data_url(param, "it is empty"));
  return share(*std::move(bytes));
}

}  // namespace gw::api
