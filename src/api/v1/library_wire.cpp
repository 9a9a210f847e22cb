#include "api/v1/library_wire.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr int kMaxPage = 200;
constexpr std::size_t kMaxSearch = 512;  // characters
constexpr std::size_t kMaxName = 512;
constexpr std::int64_t kLatest = 9'999'999'999;  // seconds: what wall clocks here can hold
constexpr std::array<std::string_view, 9> kQueryNames{
    "q", "model", "kind", "favourite", "user", "from", "before", "after", "limit"};
constexpr std::array<std::string_view, 2> kEraseNames{"erase", "user"};

using Parameters = std::map<std::string, std::string, std::less<>>;

Error bad_parameter(std::string_view name, std::string_view what) {
  return Error::invalid_request(std::string(name), fmt::format("`{}` {}", name, what));
}

std::optional<std::string> decoded(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decode(spaced);
}

Error unknown_parameter(std::string_view name, std::span<const std::string_view> known) {
  return Error::invalid_request(
             std::string(name.substr(0, 64)),
             fmt::format("this query has no such parameter; it takes {}", fmt::join(known, ", ")))
      .with_code("unknown_parameter");
}

Result<Parameters> read_parameters(std::string_view query,
                                   std::span<const std::string_view> known) {
  Parameters found;
  for (auto rest = query; !rest.empty();) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = decoded(pair.substr(0, equals));
    if (name == "api-version") continue;  // what clients of Azure add to everything
    if (!name || std::ranges::find(known, *name) == known.end())
      return fail(unknown_parameter(name.value_or("query"), known));
    auto value = decoded(pair.substr(std::min(pair.size(), equals + 1)));
    if (!value) return fail(bad_parameter(*name, "is not percent-encoded UTF-8"));
    if (!found.emplace(*name, *std::move(value)).second)
      return fail(bad_parameter(*name, "may be given once"));
  }
  return found;
}

std::optional<std::string> take(Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return std::nullopt;
  return std::move(found->second);
}

Result<std::string> take_text(Parameters& parameters, std::string_view name, std::size_t longest) {
  auto text = take(parameters, name).value_or("");
  if (utf8_length(text) <= longest) return text;
  return fail(bad_parameter(name, fmt::format("may have {} characters at most", longest)));
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (text.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

// "2026-11-25": midnight there in UTC.
std::optional<std::int64_t> date_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = whole_number<unsigned>(text.substr(0, 4));
  const auto month = whole_number<unsigned>(text.substr(5, 2));
  const auto day = whole_number<unsigned>(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return seconds(std::chrono::sys_days(date).time_since_epoch()).count();
}

Result<std::optional<WallTime>> take_time(Parameters& parameters, std::string_view name) {
  const auto text = take(parameters, name);
  if (!text) return std::nullopt;
  auto time = whole_number<std::int64_t>(*text);
  if (!time) time = date_of(*text);
  if (!time || *time < 0 || *time > kLatest)
    return fail(bad_parameter(name, "must be seconds since 1970, or a date like 2026-11-25"));
  return WallTime(seconds(*time));
}

Result<int> take_limit(Parameters& parameters) {
  const auto text = take(parameters, "limit");
  if (!text) return PictureQuery().limit;
  const auto limit = whole_number<int>(*text);
  if (limit && *limit >= 1 && *limit <= kMaxPage) return *limit;
  return fail(bad_parameter("limit", fmt::format("must be a whole number, 1 to {}", kMaxPage)));
}

constexpr std::array<std::pair<std::string_view, RequestKind>, 3> kKinds{{
    {"generation", RequestKind::generation},
    {"edit", RequestKind::edit},
    {"variation", RequestKind::variation},
}};

Result<std::optional<RequestKind>> take_kind(Parameters& parameters) {
  const auto text = take(parameters, "kind");
  if (!text) return std::nullopt;
  for (const auto& [word, kind] : kKinds) {
    if (*text == word) return kind;
  }
  return fail(bad_parameter("kind", "must be generation, edit or variation"));
}

std::string_view word_of(RequestKind kind) {
  for (const auto& [word, value] : kKinds) {
    if (value == kind) return word;
  }
  return "generation";
}

Result<bool> take_favourite(Parameters& parameters) {
  const auto text = take(parameters, "favourite");
  if (!text) return false;
  if (*text == "true") return true;
  return fail(bad_parameter("favourite", "must be true, or be left out"));
}

Result<void> expect_all_read(const JsonFields& fields, std::string_view known) {
  const auto unread = fields.unread(1);
  if (unread.empty()) return {};
  return fail(Error::invalid_request(std::string(unread.front().substr(0, 64)),
                                     fmt::format("the body may hold nothing but `{}`", known))
                  .with_code("unknown_parameter"));
}

Result<PictureId> read_id(const json::value& value, std::size_t index) {
  const auto* text = value.if_string();
  constexpr std::size_t kLongest = 64;
  if (text && !text->empty() && text->size() <= kLongest)
    return PictureId{{text->data(), text->size()}};
  return fail(Error::invalid_request(fmt::format("ids[{}]", index), "must be a picture's id"));
}

Error bad_selection() {
  return Error::invalid_request(
      "ids", fmt::format("`ids` must be a list of 1 to {} pictures' ids", kMaxSelected));
}

json::string text(std::string_view value) {
  return json::string(value.data(), value.size());
}

std::int64_t unix_time(WallTime time) {
  return std::chrono::floor<seconds>(time.time_since_epoch()).count();
}

void add_text(json::object& object, std::string_view name, std::string_view value) {
  if (!value.empty()) object[name] = text(value);
}

}  // namespace

Result<PictureQuery> parse_library_query(std::string_view query) {
  GW_TRY(auto given, read_parameters(query, kQueryNames));
  PictureQuery wanted;
  GW_TRY(wanted.text, take_text(given, "q", kMaxSearch));
  GW_TRY(wanted.model, take_text(given, "model", kMaxName));
  GW_TRY(wanted.kind, take_kind(given));
  GW_TRY(wanted.favourites, take_favourite(given));
  if (given.contains("user")) {
    GW_TRY(wanted.end_user, take_text(given, "user", kMaxName));
  }
  GW_TRY(wanted.made_from, take_time(given, "from"));
  GW_TRY(wanted.made_before, take_time(given, "before"));
  GW_TRY(wanted.after, take_text(given, "after", kMaxName));
  GW_TRY(wanted.limit, take_limit(given));
  return wanted;
}

// What is not to be undone is asked for by name; a forgotten parameter erases nothing.
Result<EraseOrder> parse_erase_query(std::string_view query) {
  GW_TRY(auto given, read_parameters(query, kEraseNames));
  const auto all = take(given, "erase");
  auto user = take(given, "user");
  if (all && user) return fail(bad_parameter("erase", "and `user` exclude each other"));
  if (all && *all == "all") return EraseOrder{};
  if (user && !user->empty()) return EraseOrder{std::move(user)};
  if (user) return fail(bad_parameter("user", "must not be empty"));
  return fail(Error::invalid_request(
      "erase",
      "say what is to be erased: `?erase=all` for everything, or `?user=…` for what one "
      "end user asked for; it cannot be undone"));
}

Result<bool> parse_favourite(std::string_view body) {
  GW_TRY(const auto object, parse_json_object(body));
  JsonFields fields(object);
  GW_TRY(const auto favourite, fields.boolean("favourite"));
  GW_CHECK(expect_all_read(fields, "favourite"));
  if (favourite) return *favourite;
  return fail(bad_parameter("favourite", "is required: true or false")
                  .with_code("missing_required_parameter"));
}

Result<std::vector<PictureId>> parse_selection(std::string_view body) {
  GW_TRY(const auto object, parse_json_object(body));
  JsonFields fields(object);
  const bool given = fields.present("ids");
  GW_CHECK(expect_all_read(fields, "ids"));
  const auto* list = given ? object.at("ids").if_array() : nullptr;
  if (!list || list->empty() || list->size() > kMaxSelected) return fail(bad_selection());
  std::vector<PictureId> ids;
  for (std::size_t i = 0; i < list->size(); ++i) {
    GW_TRY(auto id, read_id((*list)[i], i));
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
  }
  return ids;
}

json::object picture_json(const PictureRow& row, const LibraryLinks& links) {
  json::object object;
  object["id"] = text(row.file.id.value);
  object["object"] = "library.picture";
  object["created_at"] = unix_time(row.file.written);
  if (links.expires) object["expires_at"] = unix_time(*links.expires);
  object["favourite"] = row.favourite;
  object["kind"] = text(word_of(row.kind));
  object["model"] = text(row.model);
  object["provider"] = text(row.provider);
  object["prompt"] = text(row.prompt);
  add_text(object, "revised_prompt", row.revised_prompt);
  add_text(object, "negative_prompt", row.negative_prompt);
  add_text(object, "style", row.style);
  object["seed"] = row.seed;
  if (row.size.width > 0) object["size"] = text(to_string(row.size));
  if (row.steps > 0) object["steps"] = row.steps;
  if (row.quality) object["quality"] = text(to_string(*row.quality));
  add_text(object, "user", row.end_user);
  object["request"] = text(row.request.value);
  object["index"] = row.index;
  object["output_format"] = text(to_string(row.file.format));
  object["bytes"] = row.file.size;
  object["url"] = text(links.picture);
  object["thumbnail_url"] = text(links.thumbnail);
  return object;
}

}  // namespace gw::api
