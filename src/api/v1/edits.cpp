#include "api/v1/edits.hpp"

#include "api/v1/edit_form.hpp"
#include "api/v1/images_wire.hpp"
#include "base/json.hpp"
#include "http/header_value.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gw::api {
namespace {

constexpr std::string_view kNeutralPrompt =
    "A variation of this picture: the same subject and style.";

using Fidelity = JsonFields::Choice<bool>;
constexpr std::array<Fidelity, 2> kFidelities{{{"high", true}, {"low", true}}};

std::string content_type(const http::Headers& headers) {
  const auto value = http::parse_header_value(headers.find("content-type").value_or(""));
  return value ? value->value : "";
}

Error wrong_type() {
  return {ErrorKind::unsupported_media_type,
          "the Content-Type of this request must be multipart/form-data or application/json"};
}

Error no_picture(const char* field) {
  return Error::invalid_request(
             field, std::string("`") + field + "` is required: the picture to work from")
      .with_code("missing_required_parameter");
}

}  // namespace

Task<GenerationRequest> EditReader::read(http::Request& request, EditKind kind) {
  const auto type = content_type(request.headers);
  if (type == "multipart/form-data") co_return co_await read_form(request, kind);
  if (type == "application/json" || type.ends_with("+json"))
    co_return co_await read_json(request, kind);
  co_return fail(wrong_type());
}

Task<GenerationRequest> EditReader::read_form(http::Request& request, EditKind kind) {
  const auto type = request.headers.find("content-type").value_or("");
  GW_CO_TRY(auto parser, http::MultipartParser::create(type));
  GW_CO_TRY(auto parts, co_await read_edit_form(*request.stream, std::move(parser), uploads_));
  co_return edit_request(std::move(parts.fields), std::move(parts.pictures), std::move(parts.mask),
                         kind, "image");
}

Task<GenerationRequest> EditReader::read_json(http::Request& request, EditKind kind) {
  GW_CO_TRY(auto body, co_await request.stream->whole(max_json_body_, request.body_share));
  auto work = [body = std::move(body)] { return parse_edit_document(body); };
  GW_CO_TRY(auto document, co_await workers_.run(std::move(work)));
  const bool masked = document.mask.has_value();
  if (masked) document.pictures.push_back(*std::exchange(document.mask, {}));
  GW_CO_TRY(auto pictures, co_await accepted(std::move(document.pictures), request));
  std::optional<Reference> mask;
  if (masked) {
    mask = std::move(pictures.back());
    pictures.pop_back();
  }
  co_return edit_request(std::move(document.fields), std::move(pictures), std::move(mask), kind,
                         "images");
}

// Those that came with the request go first: nothing waits in memory for other people's servers.
Task<std::vector<Reference>> EditReader::accepted(std::vector<SentPicture> pictures,
                                                  http::Request& request) {
  std::vector<Reference> references(pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    auto* bytes = std::get_if<SharedBytes>(&pictures[i].source);
    if (!bytes) continue;
    GW_CO_TRY(references[i],
              co_await uploads_.accept(std::move(*bytes), std::move(pictures[i].param)));
  }
  request.body_share = {};
  const auto until = std::chrono::steady_clock::now() + RemotePictures::kTimeOfRequest;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    auto* url = std::get_if<RemoteUrl>(&pictures[i].source);
    if (!url) continue;
    GW_CO_TRY(references[i],
              co_await remote_.fetch(std::move(*url), std::move(pictures[i].param), until));
  }
  co_return references;
}

Result<GenerationRequest> edit_request(boost::json::object fields, std::vector<Reference> pictures,
                                       std::optional<Reference> mask, EditKind kind,
                                       const char* picture_field) {
  if (pictures.empty()) return fail(no_picture(picture_field));
  JsonFields own(fields);
  GW_TRY(const auto fidelity, own.choice<bool>("input_fidelity", kFidelities));
  if (kind == EditKind::variation && !fields.contains("prompt")) fields["prompt"] = kNeutralPrompt;
  fields.erase("input_fidelity");
  GW_TRY(auto request, parse_generation_request(fields));
  if (fidelity) request.ignored.emplace_back("input_fidelity");
  request.kind = kind == EditKind::variation ? RequestKind::variation : RequestKind::edit;
  request.references = std::move(pictures);
  request.mask = std::move(mask);
  return request;
}

}  // namespace gw::api
