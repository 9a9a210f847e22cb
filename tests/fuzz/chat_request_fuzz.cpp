// Any bytes are a chat's body: a request within its bounds comes back, or an error that names what
// is wrong.
#include "api/error_envelope.hpp"
#include "api/v1/chat_request.hpp"
#include "api/v1/images_wire.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

void check(const gw::api::ChatPicture& picture) {
  expect(picture.param.starts_with("messages["));
  if (const auto* bytes = std::get_if<gw::SharedBytes>(&picture.source)) {
    expect(*bytes && !(*bytes)->empty());
    return;
  }
  if (std::holds_alternative<gw::RemoteUrl>(picture.source)) return;
  const auto& link = std::get<gw::api::PictureLink>(picture.source);
  expect(!link.file_name.empty() && !link.file_name.contains('/'));
  expect(!link.expires.empty() && !link.signature.empty());
}

void check(const gw::api::ChatRequest& request) {
  const auto& drawing = request.drawing;
  expect(!drawing.prompt.empty() && gw::is_utf8(drawing.prompt) && !drawing.prompt.contains('\0'));
  expect(gw::utf8_length(drawing.prompt) <= 32'000);
  expect(drawing.n >= 1 && drawing.n <= 10);
  expect(!drawing.seed || (*drawing.seed > 0 && *drawing.seed < (std::uint64_t{1} << 53)));
  expect(!drawing.size || drawing.size->area() > 0);
  expect(drawing.form == gw::ResponseForm::both);
  expect(request.pictures.size() <= 16);
  for (const auto& picture : request.pictures) check(picture);
  if (request.drawn_before) {
    check(*request.drawn_before);
    expect(!std::holds_alternative<gw::RemoteUrl>(request.drawn_before->source));
  }
  expect(gw::api::header_list(drawing.ignored).size() < 2'000);
}

gw::Result<gw::api::ChatRequest> read(std::string_view body) {
  GW_TRY(const auto object, gw::parse_json_object(body));
  GW_CHECK(gw::api::chat_model(object));
  return gw::api::parse_chat_request(
      object, [](std::string_view, const gw::api::PictureLink&) { return true; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = read({reinterpret_cast<const char*>(data), size});
  if (request) {
    check(*request);
    return 0;
  }
  const auto response = gw::api::render_error(request.error(), "req_1");
  expect(response.status == 400 || response.status == 413);
  expect(gw::is_utf8(*response.pieces.at(0)));
  return 0;
}
