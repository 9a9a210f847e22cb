#include "api/v1/pictures.hpp"

#include "api/byte_range.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gw::api {
namespace {

// Reads the file piece by piece, so that many slow downloads do not hold many pictures in memory.
class StoredPictureSource final : public http::BodySource {
 public:
  StoredPictureSource(ResultStore& results, StoredPicture picture, FilePart part)
      : results_(results), picture_(std::move(picture)), part_(part) {}

  Task<SharedBytes> next() override {
    constexpr std::uint64_t kPiece = 256 * 1024;
    if (part_.length == 0) co_return SharedBytes{};
    const auto wanted = std::min(kPiece, part_.length);
    GW_CO_TRY(auto piece, co_await results_.read(picture_, part_.offset, wanted));
    if (piece->size() != wanted) co_return fail(Error::internal("a stored picture is cut short"));
    part_.offset += wanted;
    part_.length -= wanted;
    co_return piece;
  }

 private:
  ResultStore& results_;
  StoredPicture picture_;
  FilePart part_;
};

// A stored picture never changes, so its name is its version.
std::string etag_of(const StoredPicture& picture) {
  return "\"" + picture.id.value + "\"";
}

// If-None-Match: "a", W/"b" or * (RFC 9110 §13.1.2, weak comparison).
bool names_etag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    auto item = trim(list.substr(0, comma));
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item == "*" || item == etag) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

RangeAnswer wanted_part(const http::Headers& headers, const StoredPicture& picture) {
  const auto range = headers.find("range");
  const auto condition = headers.find("if-range");
  if (!range || (condition && *condition != etag_of(picture))) return WholeFile{};
  return read_range(*range, picture.size);
}

http::Response base_response(ImageFormat format, std::string_view name, std::string_view etag) {
  http::Response response;
  response.headers.set("Content-Type", std::string(mime_type(format)));
  response.headers.set("Content-Disposition", fmt::format("inline; filename=\"{}\"", name));
  response.headers.set("ETag", std::string(etag));
  // Private: the link is a permission, and a shared cache would outlive it.
  response.headers.set("Cache-Control", "private, max-age=86400, immutable");
  return response;
}

bool is_known(const http::Headers& headers, std::string_view etag) {
  return names_etag(headers.find("if-none-match").value_or(""), etag);
}

http::Response unsatisfiable(const StoredPicture& picture) {
  http::Response response;
  response.status = 416;
  response.headers.set("Content-Range", fmt::format("bytes */{}", picture.size));
  return response;
}

Result<void> check_link(const ImageLinks& links, const http::Request& request) {
  const auto expires = request.query_value("expires").value_or("");
  const auto signature = request.query_value("signature").value_or("");
  switch (links.check(request.param("file"), expires, signature)) {
    case ImageLinks::Verdict::valid:
      return {};
    case ImageLinks::Verdict::expired:
      return fail(Error::not_found("this picture's link has expired"));
    case ImageLinks::Verdict::forged:
      break;
  }
  return fail(
      Error(ErrorKind::forbidden,
            "this is not a link to a picture as the API gave it out: `expires` and `signature` "
            "must be complete and unchanged"));
}

Error no_longer_stored() {
  return Error::not_found("this picture is no longer stored");
}

Task<http::Response> at_once(Result<http::Response> answer) {
  co_return answer;
}

constexpr std::string_view kThumbnail = ".thumbnail.webp";

}  // namespace

std::string thumbnail_name(const StoredPicture& picture) {
  return picture.id.value + std::string(kThumbnail);
}

Task<http::Response> thumbnail_response(Thumbnails& thumbnails, StoredPicture picture,
                                        http::Headers headers) {
  const auto name = thumbnail_name(picture);
  const auto etag = fmt::format("\"{}\"", name);
  auto response = base_response(ImageFormat::webp, name, etag);
  if (is_known(headers, etag)) {
    response.status = 304;
    co_return response;
  }
  GW_CO_TRY(auto bytes, co_await thumbnails.of(std::move(picture)));
  response.pieces.push_back(std::move(bytes));
  co_return response;
}

Task<http::Response> PicturesEndpoint::get(http::Request request) const {
  if (const auto valid = check_link(links_, request); !valid) return at_once(fail(valid.error()));
  const auto& name = request.param("file");
  if (!name.ends_with(kThumbnail)) return at_once(picture(request));
  return thumbnail(name.substr(0, name.size() - kThumbnail.size()), request.headers);
}

Task<http::Response> PicturesEndpoint::thumbnail(std::string id, http::Headers headers) const {
  auto picture = results_.find(PictureId{std::move(id)});
  if (!picture) co_return fail(no_longer_stored());
  co_return co_await thumbnail_response(thumbnails_, *std::move(picture), std::move(headers));
}

Result<http::Response> PicturesEndpoint::picture(const http::Request& request) const {
  auto picture = results_.find(request.param("file"));
  if (!picture) return fail(no_longer_stored());
  const auto etag = etag_of(*picture);
  auto response = base_response(picture->format, picture->file_name(), etag);
  response.headers.set("Accept-Ranges", "bytes");
  if (is_known(request.headers, etag)) {
    response.status = 304;
    return response;
  }
  const auto answer = wanted_part(request.headers, *picture);
  if (std::holds_alternative<NoSuchPart>(answer)) return unsatisfiable(*picture);
  FilePart part{0, picture->size};
  if (const auto* some = std::get_if<FilePart>(&answer)) {
    part = *some;
    response.status = 206;
    response.headers.set(
        "Content-Range",
        fmt::format("bytes {}-{}/{}", part.offset, part.offset + part.length - 1, picture->size));
  }
  response.source_length = part.length;
  response.source = std::make_unique<StoredPictureSource>(results_, std::move(*picture), part);
  return response;
}

}  // namespace gw::api
