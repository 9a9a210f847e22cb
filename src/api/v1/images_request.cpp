// Reading half of images_wire.hpp.
#include "api/http_syntax.hpp"
#include "api/v1/images_wire.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "core/size_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace gw::api {
namespace {

template <class Value>
using Choice = JsonFields::Choice<Value>;

constexpr std::size_t kMaxPrompt = 32'000;
constexpr std::size_t kMaxName = 256;
constexpr std::size_t kMaxEndUser = 512;
constexpr std::size_t kMaxIgnored = 20;
constexpr std::size_t kMaxIgnoredName = 64;
constexpr std::int64_t kMaxSeed =
    (std::int64_t{1} << 53) - 1;  // what every JSON reader keeps exact
constexpr int kMaxSteps = 1'000;

constexpr std::array<Choice<Quality>, 8> kQualities{{
    {"auto", Quality::automatic},
    {"standard", Quality::standard},
    {"low", Quality::low},
    {"medium", Quality::medium},
    {"high", Quality::high},
    {"hd", Quality::hd},
    {"xhigh", Quality::xhigh},
    {"max", Quality::max},
}};
constexpr std::array<Choice<ResponseForm>, 2> kForms{{
    {"url", ResponseForm::url},
    {"b64_json", ResponseForm::b64_json},
}};
// The last two are known, and refused with their own words.
enum class Format : std::uint8_t { png, jpeg, webp, gif, svg };
constexpr std::array<Choice<Format>, 6> kFormats{{
    {"png", Format::png},
    {"jpeg", Format::jpeg},
    {"jpg", Format::jpeg},
    {"webp", Format::webp},
    {"gif", Format::gif},
    {"svg", Format::svg},
}};
constexpr std::array<Choice<Background>, 3> kBackgrounds{{
    {"auto", Background::automatic},
    {"opaque", Background::opaque},
    {"transparent", Background::transparent},
}};
constexpr std::array<Choice<bool>, 2> kModerations{{{"low", true}, {"auto", true}}};
constexpr std::array<Choice<bool>, 3> kComplexities{
    {{"low", true}, {"medium", true}, {"high", true}}};

Error unsupported(std::string_view param, std::string message) {
  return Error::invalid_request(std::string(param), std::move(message))
      .with_code("unsupported_value");
}

Result<void> read_prompt(JsonFields& fields, GenerationRequest& request) {
  GW_TRY(auto prompt, fields.string("prompt", kMaxPrompt));
  if (!prompt) {
    return fail(
        Error::invalid_request("prompt", "`prompt` is required: a string that says what to draw")
            .with_code("missing_required_parameter"));
  }
  if (prompt->find_first_not_of(" \t\r\n") == std::string::npos) {
    return fail(
        Error::invalid_request("prompt", "`prompt` must not be empty").with_code("invalid_value"));
  }
  request.prompt = std::move(*prompt);
  GW_TRY(auto negative, fields.string("negative_prompt", kMaxPrompt));
  request.negative_prompt = std::move(negative).value_or("");
  return {};
}

// 0 and -1 are what other image APIs say for "random", as if the field were absent.
Result<void> read_seed(JsonFields& fields, GenerationRequest& request) {
  GW_TRY(const auto seed, fields.integer("seed", -1, kMaxSeed));
  if (seed.value_or(0) > 0) request.seed = static_cast<std::uint64_t>(*seed);
  return {};
}

Result<void> read_drawing(JsonFields& fields, GenerationRequest& request) {
  GW_CHECK(read_prompt(fields, request));
  GW_TRY(auto model, fields.string("model", kMaxName));
  request.model = std::move(model).value_or("");
  GW_TRY(const auto n, fields.integer("n", 1, 10));
  request.n = static_cast<int>(n.value_or(1));
  GW_TRY(const auto size, fields.string("size", kMaxName));
  if (size) {
    GW_TRY(request.size, parse_size(*size));
  }
  GW_TRY(const auto quality, fields.choice<Quality>("quality", kQualities));
  request.quality = quality.value_or(Quality::automatic);
  GW_TRY(const auto steps, fields.integer("steps", 1, kMaxSteps));
  if (steps) request.steps = static_cast<int>(*steps);
  GW_TRY(auto style, fields.string("style", kMaxName));
  request.style = std::move(style).value_or("");
  return read_seed(fields, request);
}

Result<std::optional<ImageFormat>> read_format(JsonFields& fields) {
  GW_TRY(const auto format, fields.choice<Format>("output_format", kFormats));
  if (!format) return std::nullopt;
  switch (*format) {
    case Format::png:
      return ImageFormat::png;
    case Format::jpeg:
      return ImageFormat::jpeg;
    case Format::webp:
      return ImageFormat::webp;
    case Format::gif:
    case Format::svg:
      break;
  }
  return fail(unsupported("output_format",
                          "`output_format` must be png, jpeg or webp; this gateway makes "
                          "neither gif nor svg"));
}

Result<void> read_output(JsonFields& fields, GenerationRequest& request) {
  auto& output = request.output;
  GW_TRY(output.format, read_format(fields));
  GW_TRY(const auto compression, fields.integer("output_compression", 0, 100));
  if (compression) output.compression = static_cast<int>(*compression);
  GW_TRY(const auto background, fields.choice<Background>("background", kBackgrounds));
  output.background = background.value_or(Background::automatic);
  if (output.background == Background::transparent && output.format == ImageFormat::jpeg) {
    return fail(Error::invalid_request("background",
                                       "`background` transparent needs `output_format` png or webp")
                    .with_code("invalid_value"));
  }
  GW_TRY(const auto form, fields.choice<ResponseForm>("response_format", kForms));
  request.form = form.value_or(ResponseForm::unset);
  return {};
}

// Without a stream there is nowhere to put previews.
Result<void> read_delivery(JsonFields& fields, GenerationRequest& request) {
  GW_TRY(const auto stream, fields.boolean("stream"));
  request.stream = stream.value_or(false);
  GW_TRY(request.store, fields.boolean("store"));
  GW_TRY(const auto previews, fields.integer("partial_images", 0, 3));
  if (request.stream) {
    request.previews = static_cast<int>(previews.value_or(0));
  } else if (previews) {
    request.ignored.emplace_back("partial_images");
  }
  return {};
}

Result<void> refuse_unsupported(JsonFields& fields) {
  for (const std::string_view name : {"frame_count", "frame_duration_ms", "svg", "markup"}) {
    if (fields.present(name)) {
      return fail(unsupported(name, fmt::format("`{}` is not supported; leave it out", name)));
    }
  }
  return {};
}

Result<void> read_without_effect(JsonFields& fields, GenerationRequest& request) {
  GW_TRY(auto user, fields.string("user", kMaxEndUser));
  request.user = std::move(user).value_or("");
  GW_TRY(auto safety, fields.string("safety_identifier", kMaxEndUser));
  request.safety_identifier = std::move(safety).value_or("");
  GW_CHECK(fields.choice<bool>("moderation", kModerations));
  GW_CHECK(fields.choice<bool>("complexity", kComplexities));
  for (const std::string_view name : {"user", "moderation", "complexity"}) {
    if (fields.present(name)) request.ignored.emplace_back(name);
  }
  return {};
}

void note_unknown(const JsonFields& fields, GenerationRequest& request) {
  for (const auto name : fields.unread(kMaxIgnored)) {
    request.ignored.emplace_back(name.substr(0, kMaxIgnoredName));
  }
}

}  // namespace

Result<GenerationRequest> parse_generation_request(std::string_view body) {
  GW_TRY(const auto object, parse_json_object(body));
  return parse_generation_request(object);
}

Result<GenerationRequest> parse_generation_request(const boost::json::object& body) {
  JsonFields fields(body);
  GenerationRequest request;
  GW_CHECK(read_drawing(fields, request));
  GW_CHECK(read_output(fields, request));
  GW_CHECK(refuse_unsupported(fields));
  GW_CHECK(read_without_effect(fields, request));
  GW_CHECK(read_delivery(fields, request));
  note_unknown(fields, request);
  return request;
}

ResponseForm decided_form(ResponseForm asked, std::string_view model) {
  if (asked != ResponseForm::unset) return asked;
  const auto name = to_lower(model);
  const bool like_dall_e = name.contains("dall-e") || name.contains("dalle");
  return like_dall_e ? ResponseForm::url : ResponseForm::b64_json;
}

std::string header_list(const std::vector<std::string>& names) {
  std::vector<std::string> clean;
  for (const auto& name : names) {
    if (clean.size() == kMaxIgnored) break;
    auto token = name.substr(0, kMaxIgnoredName);
    std::ranges::replace_if(token, [](char c) { return !is_token_char(c); }, '_');
    if (!token.empty() && std::ranges::find(clean, token) == clean.end()) {
      clean.push_back(std::move(token));
    }
  }
  return fmt::format("{}", fmt::join(clean, ", "));
}

std::optional<std::chrono::seconds> client_patience(const http::Headers& headers) {
  const auto text = headers.find("x-stainless-timeout").value_or("");
  double seconds = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, seconds);
  constexpr double kForEver = 1e6;
  if (fault != std::errc() || rest != end || !(seconds > 0)) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, kForEver)));
}

RepeatMarks repeat_marks(const http::Headers& headers) {
  RepeatMarks marks;
  const auto value = [&](std::string_view name) { return headers.find(name).value_or(""); };
  marks.idempotency_key = value("idempotency-key");
  const auto count = value("x-stainless-retry-count");
  std::from_chars(count.data(), count.data() + count.size(), marks.retry_count);
  const auto cache_control = to_lower(value("cache-control"));
  marks.fresh = cache_control.contains("no-cache") || cache_control.contains("no-store");
  marks.no_store = cache_control.contains("no-store");
  marks.end_user = value("x-openwebui-user-id");
  if (marks.end_user.empty()) marks.end_user = value("x-openwebui-user-email");
  return marks;
}

}  // namespace gw::api
