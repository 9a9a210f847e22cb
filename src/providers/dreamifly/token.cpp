#include "providers/dreamifly/token.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>

namespace gw::dreamifly {
namespace {

using Milliseconds = std::chrono::sys_time<std::chrono::milliseconds>;
using Minutes = std::chrono::sys_time<std::chrono::minutes>;

constexpr std::int64_t kLatestTimestamp =
    7'258'118'400'000;                         // the year 2200; keeps arithmetic in range
constexpr std::chrono::hours kWidestZone{15};  // real ones are within -12 and +14

std::optional<unsigned> number(std::string_view digits) {
  unsigned value = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Read as if it were UTC.
std::optional<Minutes> parse_minute(std::string_view text) {
  if (text.size() != 12) return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(4, 2));
  const auto day = number(text.substr(6, 2));
  const auto hour = number(text.substr(8, 2));
  const auto minute = number(text.substr(10, 2));
  if (!year || !month || !day || !hour || !minute || *hour > 23 || *minute > 59)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

Error nonsense(std::string detail) {
  return Error(ErrorKind::upstream_error, "the upstream's clock cannot be read")
      .with_detail("GET /api/time: " + std::move(detail));
}

std::optional<std::int64_t> milliseconds(const boost::json::value& value) {
  std::int64_t number = 0;
  if (const auto* integer = value.if_int64()) {
    number = *integer;
  } else if (const auto* fraction = value.if_double();
             fraction && *fraction >= 0 && *fraction < 1e13) {
    number = static_cast<std::int64_t>(*fraction);
  }
  if (number <= 0 || number > kLatestTimestamp) return std::nullopt;
  return number;
}

}  // namespace

Result<ServerClock> read_server_clock(std::string_view body, SteadyTime received) {
  const auto parsed = parse_json_object(body);
  if (!parsed) return fail(nonsense("no JSON object"));
  const auto* timestamp = parsed->if_contains("timestamp");
  const auto* text = parsed->if_contains("timeString");
  const auto since_epoch = timestamp ? milliseconds(*timestamp) : std::nullopt;
  if (!since_epoch) return fail(nonsense("no usable timestamp"));
  if (!text || !text->is_string()) return fail(nonsense("no timeString"));
  const auto local = parse_minute(std::string_view(text->get_string()));
  if (!local) return fail(nonsense("timeString is not YYYYMMDDHHmm"));

  ServerClock clock;
  clock.time = Milliseconds(std::chrono::milliseconds(*since_epoch));
  clock.zone = *local - std::chrono::floor<std::chrono::minutes>(clock.time);
  clock.read = received;
  if (std::chrono::abs(clock.zone) > kWidestZone)
    return fail(nonsense("timestamp and timeString disagree"));
  return clock;
}

std::string minute_string(const ServerClock& clock, SteadyTime now) {
  const auto passed = std::chrono::floor<std::chrono::milliseconds>(now - clock.read);
  const auto minute = std::chrono::floor<std::chrono::minutes>(clock.time + passed + clock.zone);
  const auto day = std::chrono::floor<std::chrono::days>(minute);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(minute - day);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count());
}

std::string minute_token(std::string_view key, std::string_view minute) {
  std::string input(key);
  input += minute;
  return md5_hex(input);
}

}  // namespace gw::dreamifly
