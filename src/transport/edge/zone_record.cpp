#include "transport/edge/zone_record.hpp"

#include "base/json.hpp"

#include <boost/json/serialize.hpp>

#include <array>

namespace gw::edge {
namespace {

namespace json = boost::json;

constexpr std::array kKept = {State::unneeded, State::valid, State::needed, State::blocked};
constexpr std::array kReasons = {Reason::none,        Reason::challenged, Reason::rejected,
                                 Reason::loop,        Reason::expired,    Reason::refused,
                                 Reason::rate_limited};
constexpr std::size_t kLongestText = 8'192;
constexpr std::int64_t kLatest = 7'258'118'399;  // 2200-12-31, within a point in time's range
constexpr std::int64_t kMostHits = 1'000;
constexpr std::int64_t kLargest = 1LL << 53;

constexpr std::array kFamilies = {AddressFamily::any, AddressFamily::ipv4, AddressFamily::ipv6};

std::string_view to_string(AddressFamily family) {
  switch (family) {
    case AddressFamily::any:
      return "any";
    case AddressFamily::ipv4:
      return "ipv4";
    case AddressFamily::ipv6:
      return "ipv6";
  }
  return "any";
}

std::int64_t seconds_of(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

json::value optional_seconds(const std::optional<WallTime>& time) {
  return time ? json::value(seconds_of(*time)) : json::value(nullptr);
}

json::array json_of(const EdgeCookies& cookies) {
  json::array array;
  for (const auto& cookie : cookies) {
    array.push_back(json::object{{"name", cookie.name},
                                 {"value", cookie.value.reveal()},
                                 {"domain", cookie.domain},
                                 {"expires", optional_seconds(cookie.expires_at)}});
  }
  return array;
}

json::object json_of(const Clearance& clearance) {
  return {{"scheme", clearance.zone.scheme},
          {"host", clearance.zone.host},
          {"egress", clearance.egress},
          {"family", to_string(clearance.family)},
          {"user_agent", clearance.user_agent},
          {"cookies", json_of(clearance.cookies)},
          {"obtained", seconds_of(clearance.obtained_at)},
          {"expires", optional_seconds(clearance.expires_at)},
          {"ttl", clearance.assumed_ttl.count()},
          {"last_ok", optional_seconds(clearance.last_ok_at)}};
}

// Reads what write_zone() wrote; the first thing that does not fit spoils all of it.
class Reader final {
 public:
  explicit Reader(const json::object& object) : fields_(object) {}

  std::string text(std::string_view name) {
    auto value = fields_.string(name, kLongestText);
    good_ = good_ && value && *value;
    return good_ ? **std::move(value) : std::string();
  }
  std::int64_t number(std::string_view name, std::int64_t low, std::int64_t high) {
    const auto value = fields_.integer(name, low, high);
    good_ = good_ && value && *value;
    return good_ ? **value : low;
  }
  WallTime time(std::string_view name) {
    return WallTime(std::chrono::seconds(number(name, 0, kLatest)));
  }
  std::optional<WallTime> optional_time(std::string_view name) {
    if (!fields_.present(name)) return std::nullopt;
    return time(name);
  }
  template <class Value, std::size_t N>
  Value word(std::string_view name, const std::array<Value, N>& values) {
    const auto word = text(name);
    for (const auto value : values) {
      if (to_string(value) == word) return value;
    }
    good_ = false;
    return values.front();
  }
  bool good() const { return good_; }
  void spoil() { good_ = false; }

 private:
  JsonFields fields_;
  bool good_ = true;
};

std::optional<EdgeCookie> cookie_from(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  Reader reader(*object);
  EdgeCookie cookie;
  cookie.name = reader.text("name");
  cookie.value = Secret(reader.text("value"));
  cookie.domain = reader.text("domain");
  cookie.expires_at = reader.optional_time("expires");
  if (!reader.good()) return std::nullopt;
  return cookie;
}

std::optional<Clearance> clearance_from(const json::object& object) {
  Reader reader(object);
  Clearance clearance;
  clearance.zone = {.scheme = reader.text("scheme"), .host = reader.text("host")};
  clearance.egress = reader.text("egress");
  clearance.family = reader.word("family", kFamilies);
  clearance.user_agent = reader.text("user_agent");
  clearance.obtained_at = reader.time("obtained");
  clearance.expires_at = reader.optional_time("expires");
  clearance.assumed_ttl = std::chrono::seconds(reader.number("ttl", 0, kLatest));
  clearance.last_ok_at = reader.optional_time("last_ok");
  const auto* field = object.if_contains("cookies");
  const auto* cookies = field ? field->if_array() : nullptr;
  if (!reader.good() || cookies == nullptr) return std::nullopt;
  for (const auto& value : *cookies) {
    auto cookie = cookie_from(value);
    if (!cookie) return std::nullopt;
    clearance.cookies.push_back(*std::move(cookie));
  }
  return clearance;
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::unneeded:
      return "unneeded";
    case State::valid:
      return "valid";
    case State::probing:
      return "probing";
    case State::needed:
      return "needed";
    case State::cooling:
      return "cooling";
    case State::blocked:
      return "blocked";
  }
  return "unneeded";
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::challenged:
      return "challenged";
    case Reason::rejected:
      return "rejected";
    case Reason::loop:
      return "loop";
    case Reason::expired:
      return "expired";
    case Reason::refused:
      return "refused";
    case Reason::rate_limited:
      return "rate_limited";
  }
  return "none";
}

Secret write_zone(const ZoneRecord& record) {
  json::object object{{"state", to_string(record.state)},
                      {"reason", to_string(record.reason)},
                      {"code", record.code},
                      {"ray", record.ray},
                      {"since", seconds_of(record.since)},
                      {"egress", record.egress},
                      {"generation", record.generation},
                      {"hits", record.cooldown.hits},
                      {"until", seconds_of(record.cooldown.until)}};
  if (record.clearance) object.emplace("clearance", json_of(*record.clearance));
  return Secret(json::serialize(object));
}

std::optional<ZoneRecord> read_zone(const Secret& text) {
  const auto object = parse_json_object(text.reveal());
  if (!object) return std::nullopt;
  Reader reader(*object);
  ZoneRecord record;
  record.state = reader.word("state", kKept);
  record.reason = reader.word("reason", kReasons);
  record.code = static_cast<int>(reader.number("code", 0, 9'999));
  record.ray = reader.text("ray");
  record.since = reader.time("since");
  record.egress = reader.text("egress");
  record.generation = static_cast<std::uint64_t>(reader.number("generation", 0, kLargest));
  record.cooldown.hits = static_cast<int>(reader.number("hits", 0, kMostHits));
  record.cooldown.until = reader.time("until");
  if (const auto* clearance = object->if_contains("clearance")) {
    const auto* inner = clearance->if_object();
    if (inner != nullptr) record.clearance = clearance_from(*inner);
    if (!record.clearance) reader.spoil();
  }
  if (!reader.good()) return std::nullopt;
  return record;
}

}  // namespace gw::edge
