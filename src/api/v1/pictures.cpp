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

http::Response base_response(const StoredPicture& picture) {
  http::Response response;
  response.headers.set("Content-Type", std::string(mime_type(picture.format)));
  response.headers.set("Content-Disposition",
                       fmt::format("inline; filename=\"{}\"", picture.file_name()));
  response.headers.set("Accept-Ranges", "bytes");
  response.headers.set("ETag", etag_of(picture));
  // Private: the link is a permission, and a shared cache would outlive it.
  response.headers.set("Cache-Control", "private, max-age=86400, immutable");
  return response;
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

}  // namespace

Result<http::Response> PicturesEndpoint::get(const http::Request& request) const {
  GW_CHECK(check_link(links_, request));
  auto picture = results_.find(request.param("file"));
  if (!picture) return fail(Error::not_found("this picture is no longer stored"));
  auto response = base_response(*picture);
  if (names_etag(request.headers.find("if-none-match").value_or(""), etag_of(*picture))) {
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
