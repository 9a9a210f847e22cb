#include "telemetry/log_line.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>

namespace gw {
namespace {

// The length of the well-formed UTF-8 sequence that text begins with; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (c < 0x20 || c == 0x7f) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  } else {
    out += c;
  }
}

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void append_text(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto plain =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      append_ascii(out, text.front());
      text.remove_prefix(1);
      continue;
    }
    const auto length = sequence_length(text);
    out += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

struct ValueWriter {
  std::string& out;
  void operator()(std::int64_t value) const { out += fmt::to_string(value); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::string_view value) const { append_text(out, value); }
  void operator()(double value) const {
    out += std::isfinite(value) ? fmt::to_string(value) : std::string("null");
  }
};

void append_time(std::string& out, WallTime time) {
  namespace chrono = std::chrono;
  const auto milliseconds = chrono::floor<chrono::milliseconds>(time);
  const auto day = chrono::floor<chrono::days>(milliseconds);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{milliseconds - day};
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                 clock.seconds().count(), clock.subseconds().count());
}

}  // namespace

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
    case LogLevel::off:
      return "off";
  }
  return "off";
}

std::string log_line(WallTime time, LogLevel level, std::string_view event,
                     std::span<const LogField> fields) {
  std::string out;
  out.reserve(128 + 32 * fields.size());
  out += "{\"ts\":\"";
  append_time(out, time);
  out += "\",\"level\":\"";
  out += to_string(level);
  out += "\",\"event\":";
  append_text(out, event);
  for (const auto& [name, value] : fields) {
    out += ',';
    append_text(out, name);
    out += ':';
    std::visit(ValueWriter{out}, value);
  }
  out += '}';
  return out;
}

}  // namespace gw
