#include "api/v1/edit_form.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace gw::api {
namespace {

constexpr std::size_t kMaxText =
    256 * 1024;  // of one text part; a prompt may have 32,000 characters
constexpr std::size_t kMaxAllText = 2 * kMaxText;  // it waits in memory
constexpr std::array<std::string_view, 5> kNumbers{"n", "output_compression", "partial_images",
                                                   "seed", "steps"};
constexpr std::array<std::string_view, 2> kBooleans{"stream", "store"};

// "image[]" and "image[0]" are "image", "svg[model]" is part of "svg".
std::string_view base_name(std::string_view name) {
  return name.substr(0, name.find('['));
}

enum class Kind : std::uint8_t { text, picture, mask, dropped };

Kind kind_of(const http::PartHead& head) {
  const auto name = base_name(head.name);
  if (name == "image" || name == "images") return Kind::picture;
  if (name == "mask") return Kind::mask;
  return head.is_file ? Kind::dropped : Kind::text;
}

// What the parser said since the last piece. Writing pictures takes time, and parsing must not wait
// in the middle of a piece.
class Events final : public http::PartSink {
 public:
  struct Event {
    enum class What : std::uint8_t { begin, data, end } what;
    http::PartHead head;
    std::string bytes;
  };

  Result<void> begin(http::PartHead head) override {
    events_.push_back({Event::What::begin, std::move(head), {}});
    return {};
  }
  Result<void> data(std::string_view bytes) override {
    if (!events_.empty() && events_.back().what == Event::What::data) {
      events_.back().bytes += bytes;
    } else {
      events_.push_back({Event::What::data, {}, std::string(bytes)});
    }
    return {};
  }
  Result<void> end() override {
    events_.push_back({Event::What::end, {}, {}});
    return {};
  }
  std::vector<Event> take() { return std::exchange(events_, {}); }

 private:
  std::vector<Event> events_;
};
using Event = Events::Event;

class FormReader final {
 public:
  explicit FormReader(UploadDesk& uploads) : uploads_(uploads) {}

  Task<void> handle(Event event) {
    switch (event.what) {
      case Event::What::begin:
        co_return begin(std::move(event.head));
      case Event::What::data:
        co_return co_await data(event.bytes);
      case Event::What::end:
        co_return co_await end();
    }
    co_return Done();
  }
  EditParts take() { return std::move(parts_); }

 private:
  Result<void> begin(http::PartHead head) {
    name_ = std::move(head.name);
    kind_ = kind_of({name_, {}, head.is_file});
    text_.clear();
    if (kind_ == Kind::picture && parts_.pictures.size() == kMaxPictures) {
      return fail(Error::invalid_request(
          "image", fmt::format("at most {} pictures are taken", kMaxPictures)));
    }
    if (kind_ == Kind::mask && parts_.mask)
      return fail(Error::invalid_request("mask", "`mask` may be given once"));
    if (kind_ == Kind::picture || kind_ == Kind::mask) intake_.emplace(uploads_.intake(name_));
    if (kind_ == Kind::dropped) parts_.fields[base_name(name_)] = "(a file)";
    return {};
  }

  Task<void> data(std::string_view bytes) {
    if (intake_) co_return co_await intake_->add(bytes);
    if (kind_ == Kind::dropped) co_return Done();
    text_ += bytes;
    all_text_ += bytes.size();
    if (text_.size() <= kMaxText && all_text_ <= kMaxAllText) co_return Done();
    co_return fail(Error(ErrorKind::too_large, fmt::format("the part `{}` is too long", shown()))
                       .with_param(shown()));
  }

  Task<void> end() {
    if (intake_) co_return co_await end_picture();
    if (kind_ == Kind::dropped) co_return Done();
    if (!is_utf8(text_))
      co_return fail(Error::invalid_request(shown(), fmt::format("`{}` is not UTF-8", shown())));
    if (auto value = form_value(base_name(name_), text_))
      parts_.fields[base_name(name_)] = *std::move(value);
    co_return Done();
  }

  Task<void> end_picture() {
    auto finished = co_await intake_->finish();
    intake_.reset();
    if (!finished) co_return fail(std::move(finished).error());
    if (kind_ == Kind::mask) {
      parts_.mask = *std::move(finished);
    } else {
      parts_.pictures.push_back(*std::move(finished));
    }
    co_return Done();
  }

  std::string shown() const { return name_.substr(0, 64); }

  UploadDesk& uploads_;
  EditParts parts_;
  std::string name_;
  Kind kind_ = Kind::text;
  std::string text_;
  std::size_t all_text_ = 0;  // of all parts
  std::optional<PictureIntake> intake_;
};

}  // namespace

Task<EditParts> read_edit_form(http::BodyStream& body, http::MultipartParser parser,
                               UploadDesk& uploads) {
  Events events;
  FormReader reader(uploads);
  for (;;) {
    GW_CO_TRY(const auto piece, co_await body.next());
    if (piece.empty()) break;
    GW_CO_CHECK(parser.feed(piece, events));
    for (auto& event : events.take()) GW_CO_CHECK(co_await reader.handle(std::move(event)));
  }
  GW_CO_CHECK(parser.finish());
  co_return reader.take();
}

std::optional<boost::json::value> form_value(std::string_view name, std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto trimmed = trim(text);
  if (std::ranges::find(kNumbers, name) != kNumbers.end()) {
    std::int64_t number = 0;
    const auto* end = trimmed.data() + trimmed.size();
    const auto parsed = std::from_chars(trimmed.data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end) return number;
  }
  if (std::ranges::find(kBooleans, name) != kBooleans.end()) {
    if (equals_ignoring_case(trimmed, "true") || trimmed == "1") return true;
    if (equals_ignoring_case(trimmed, "false") || trimmed == "0") return false;
  }
  return boost::json::value(boost::json::string(text.data(), text.size()));
}

}  // namespace gw::api
