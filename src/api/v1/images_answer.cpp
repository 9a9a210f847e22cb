// Writing half of images_wire.hpp.
#include "api/error_envelope.hpp"
#include "api/v1/images_wire.hpp"
#include "base/base64.hpp"
#include "base/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace gw::api {
namespace {

namespace json = boost::json;

// Collects text until a big piece comes that must not be copied.
class Pieces final {
 public:
  void text(std::string_view more) { open_ += more; }
  void member(std::string_view name, std::string_view json_value) {
    text(fmt::format(",\"{}\":{}", name, json_value));
  }
  void whole(SharedBytes piece) {
    close();
    pieces_.push_back(std::move(piece));
  }
  std::vector<SharedBytes> take() {
    close();
    return std::move(pieces_);
  }

 private:
  void close() {
    if (!open_.empty()) pieces_.push_back(share(std::exchange(open_, {})));
  }

  std::string open_;
  std::vector<SharedBytes> pieces_;
};

// Only what is known for sure: nobody has looked whether a kept alpha channel hides anything.
bool surely_opaque(const Picture& picture, Background asked) {
  return asked == Background::opaque || picture.format == ImageFormat::jpeg;
}

void write_head(Pieces& out, const Picture& first, const Generation& generation,
                const AnswerTerms& terms) {
  out.text(fmt::format("{{\"created\":{}", terms.created));
  if (surely_opaque(first, terms.background)) out.member("background", "\"opaque\"");
  out.member("output_format", json_quote(to_string(first.format)));
  if (generation.quality) out.member("quality", json_quote(to_string(*generation.quality)));
  if (first.size.area() > 0) out.member("size", json_quote(to_string(first.size)));
  if (!terms.safety_identifier.empty()) {
    out.member("safety_identifier", json_quote(terms.safety_identifier));
  }
}

void write_picture(Pieces& out, const GeneratedPicture& made, const Generation& generation,
                   const AnswerTerms& terms) {
  if (terms.form == ResponseForm::url) {
    out.text("{\"url\":" + json_quote(terms.link(made.stored.value())));
  } else {
    out.text("{\"b64_json\":\"");
    out.whole(share(base64_encode(*made.picture.bytes)));
    out.text("\"");
  }
  if (!generation.revised_prompt.empty()) {
    out.member("revised_prompt", json_quote(generation.revised_prompt));
  }
  if (made.seed != 0) out.member("seed", std::to_string(made.seed));
  out.text("}");
}

json::array errors_of(const Generation& generation, std::string_view request_id) {
  json::array errors;
  for (std::size_t i = 0; i < generation.items.size(); ++i) {
    if (generation.items[i]) continue;
    auto entry = error_object(generation.items[i].error(), request_id);
    entry["index"] = i;
    errors.push_back(std::move(entry));
  }
  return errors;
}

}  // namespace

http::Response render_generation(const Generation& generation, const AnswerTerms& terms) {
  const auto first =
      std::ranges::find_if(generation.items, [](const auto& item) { return item.has_value(); });
  Pieces out;
  write_head(out, (*first)->picture, generation, terms);
  std::string_view separator = ",\"data\":[";
  for (const auto& item : generation.items) {
    if (!item) continue;
    out.text(std::exchange(separator, ","));
    write_picture(out, *item, generation, terms);
  }
  out.text("]");
  const auto errors = errors_of(generation, terms.request_id);
  if (!errors.empty()) out.member("errors", json::serialize(errors));
  out.text("}");

  http::Response response;
  response.headers.set("Content-Type", "application/json");
  if (!errors.empty()) response.headers.set("x-partial-failures", std::to_string(errors.size()));
  response.pieces = out.take();
  return response;
}

}  // namespace gw::api
