#include "http/server_core.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gw::http {

Patience ServerCore::patience() const {
  if (phase == Phase::cutting) return {options.cut_time, Patience::kAll};
  const auto least = options.least_rate * static_cast<std::uint64_t>(options.write_time.count());
  return {options.write_time, std::max<std::uint64_t>(1, least / 1'000)};
}

std::chrono::milliseconds ServerCore::idle_time() const {
  return phase == Phase::serving ? options.idle_time : std::min(options.idle_time, kDrainIdleTime);
}

std::string_view ServerCore::date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock.wall());
  if (date_.empty() || now != date_of_) {
    date_of_ = now;
    date_ = http_date(now);
  }
  return date_;
}

std::string http_date(std::chrono::sys_seconds time) {
  static constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

}  // namespace gw::http
