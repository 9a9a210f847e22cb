#include "api/v1/images_stream.hpp"

#include "api/error_envelope.hpp"
#include "api/event_stream.hpp"
#include "api/generation_answer.hpp"
#include "api/generation_facts.hpp"
#include "base/base64.hpp"
#include "base/json.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;

struct StreamTerms {
  ImageEvents events;
  int previews;           // at most so many are told of
  Background background;  // as asked for
  std::string safety_identifier;
  std::chrono::milliseconds heartbeat;
};

// "auto" for what is not known: clients expect each of the fields.
std::string_view shown_background(const Picture& picture, Background asked) {
  return picture.format == ImageFormat::jpeg ? "opaque" : to_string(asked);
}

class ImageEventStream final : public EventStream {
 public:
  ImageEventStream(Watched watched, StreamTerms terms, const Clock& clock, ByteBudget& pictures,
                   RequestContext& context)
      : EventStream(std::move(watched), terms.heartbeat),
        terms_(std::move(terms)),
        clock_(clock),
        pictures_(pictures),
        context_(context) {}

 private:
  void grew(Picture picture) override;
  void made(PictureMade event) override;
  void failed(const PictureFailed& event) override;
  void ended() override;
  void fell(const Error& error) override;

  std::string name(std::string_view what) const;
  std::string facts(const Picture& picture) const;
  void send_picture(std::string_view what, const SharedBytes& bytes, std::string_view rest);

  StreamTerms terms_;
  const Clock& clock_;
  ByteBudget& pictures_;
  RequestContext& context_;
  int shown_ = 0;
  std::size_t made_ = 0;
};

std::string ImageEventStream::name(std::string_view what) const {
  return fmt::format("{}.{}",
                     terms_.events == ImageEvents::edit ? "image_edit" : "image_generation", what);
}

std::string ImageEventStream::facts(const Picture& picture) const {
  const auto quality = watched().facts().quality.value_or(Quality::automatic);
  return fmt::format(
      R"("created_at":{},"size":"{}","quality":"{}","background":"{}","output_format":"{}")",
      unix_seconds(clock_), picture.size.area() > 0 ? to_string(picture.size) : "auto",
      to_string(quality), shown_background(picture, terms_.background), to_string(picture.format));
}

void ImageEventStream::send_picture(std::string_view what, const SharedBytes& bytes,
                                    std::string_view rest) {
  const auto event = name(what);
  const std::array data{share(fmt::format(R"({{"type":"{}","b64_json":")", event)),
                        pictures_.charge(share(base64_encode(*bytes))),
                        share(fmt::format(R"(",{}}})", rest))};
  send_event(event, data);
}

void ImageEventStream::grew(Picture picture) {
  if (shown_ == terms_.previews) return;
  send_picture("partial_image", picture.bytes,
               fmt::format(R"("partial_image_index":{},{})", shown_++, facts(picture)));
}

void ImageEventStream::made(PictureMade event) {
  ++made_;
  const auto& made = event.made;
  auto rest = facts(made.picture);
  const auto add = [&rest](std::string_view field, const std::string& value) {
    rest += fmt::format(R"(,"{}":{})", field, value);
  };
  if (!terms_.safety_identifier.empty())
    add("safety_identifier", json_quote(terms_.safety_identifier));
  const auto& revised = watched().facts().revised_prompt;
  if (!revised.empty()) add("revised_prompt", json_quote(revised));
  if (made.seed != 0) add("seed", std::to_string(made.seed));
  send_picture("completed", made.picture.bytes, rest);
}

// As an event it would make clients throw the other pictures away: their readers raise it. If there
// are none, fell() says it.
void ImageEventStream::failed(const PictureFailed& event) {
  note_failure(context_, "failed", event.error);
  send_comment(fmt::format("picture {} of {} failed: {}", event.item + 1, watched().pictures(),
                           to_string(event.error.kind())));
}

void ImageEventStream::ended() {
  note_outcome(context_, watched().facts(), made_);
}

// Nested: in any other form half of the clients take it for an ordinary event.
void ImageEventStream::fell(const Error& error) {
  note_failure(context_, "error", error);
  note_outcome(context_, watched().facts(), made_);
  json::object data;
  data["type"] = "error";
  data["error"] = error_object(error, context_.request_id);
  send_event("error", json::serialize(data));
}

}  // namespace

Task<http::Response> ImageStreams::open(GenerationRequest asked, const RepeatMarks& marks,
                                        RequestContext& context, ImageEvents events) const {
  if (asked.form == ResponseForm::url) asked.ignored.emplace_back("response_format");
  asked.form = ResponseForm::b64_json;
  const auto previews = asked.previews > 0 ? Previews::wanted : Previews::unwanted;
  GW_CO_TRY(auto watched, co_await generator_.watch(asked, marks, context, previews));
  note_known(context, watched.facts());
  context.note("streamed", 1);
  StreamTerms terms{events, asked.previews, asked.output.background,
                    std::move(asked.safety_identifier), heartbeat_};
  co_return event_stream_response(std::make_unique<ImageEventStream>(
      std::move(watched), std::move(terms), clock_, pictures_, context));
}

}  // namespace gw::api
