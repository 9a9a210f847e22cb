// Any bytes are a request body: a request within its bounds comes back, or an error that names what
// is wrong.
#include "api/error_envelope.hpp"
#include "api/http_syntax.hpp"
#include "api/v1/images_wire.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

void check(const gw::GenerationRequest& request) {
  expect(!request.prompt.empty() && gw::is_utf8(request.prompt) && !request.prompt.contains('\0'));
  expect(gw::utf8_length(request.prompt) <= 32'000);
  expect(request.n >= 1 && request.n <= 10);
  expect(!request.seed || (*request.seed > 0 && *request.seed < (std::uint64_t{1} << 53)));
  expect(!request.size || request.size->area() > 0);
  const auto& compression = request.output.compression;
  expect(!compression || (*compression >= 0 && *compression <= 100));
  expect(request.ignored.size() <= 24);
  const auto header = gw::api::header_list(request.ignored);
  expect(header.size() < 2'000);
  expect(std::ranges::all_of(
      header, [](char c) { return gw::api::is_token_char(c) || c == ',' || c == ' '; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto request = gw::api::parse_generation_request(body);
  if (request) {
    check(*request);
    return 0;
  }
  const auto response = gw::api::render_error(request.error(), "req_1");
  expect(response.status == 400 || response.status == 413);
  expect(gw::is_utf8(*response.pieces.at(0)));
  return 0;
}
