#include "app/doctor_report.hpp"

#include "base/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace gw::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kWidth = 100;
constexpr std::size_t kIndent = 19;  // of what was seen, behind grade and topic

std::string printable(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }, '?');
  return is_utf8(out) ? out : std::string("(not UTF-8)");
}

// Breaks at spaces; a word that is too long stands alone.
std::string wrapped(std::string_view text) {
  std::string out;
  std::size_t column = kIndent;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const auto length = utf8_length(word);
    if (column > kIndent && column + 1 + length > kWidth) {
      out += '\n' + std::string(kIndent, ' ');
      column = kIndent;
    } else if (column > kIndent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += length;
  }
  return out;
}

std::string_view colour_of(Grade grade) {
  switch (grade) {
    case Grade::ok:
      return "\033[32m";
    case Grade::note:
      return "\033[33m";
    case Grade::problem:
      return "\033[31m";
  }
  return "";
}

std::string mark(Grade grade, Ink ink) {
  const auto word = fmt::format("{:<8}", to_string(grade));
  return ink == Ink::plain ? word : fmt::format("{}{}\033[0m", colour_of(grade), word);
}

std::size_t count(const Findings& findings, Grade grade) {
  return static_cast<std::size_t>(std::ranges::count(findings, grade, &Finding::grade));
}

std::string verdict(const Findings& findings) {
  const auto problems = count(findings, Grade::problem);
  if (problems == 1) return "It cannot serve: see the problem above.\n";
  if (problems > 1) return fmt::format("It cannot serve: see the {} problems above.\n", problems);
  return "It can serve.\n";
}

}  // namespace

std::string_view to_string(Grade grade) {
  switch (grade) {
    case Grade::ok:
      return "ok";
    case Grade::note:
      return "note";
    case Grade::problem:
      return "problem";
  }
  return "problem";
}

bool can_serve(const Findings& findings) {
  return count(findings, Grade::problem) == 0;
}

std::string report_text(const Findings& findings, Ink ink) {
  std::string out;
  for (const auto& finding : findings) {
    out += fmt::format("{} {:<9} {}\n", mark(finding.grade, ink), finding.topic,
                       wrapped(printable(finding.seen)));
    if (finding.next.empty()) continue;
    out += fmt::format("{:{}}{}\n", "", kIndent, wrapped("→ " + printable(finding.next)));
  }
  return out + verdict(findings);
}

std::string report_json(const Findings& findings) {
  json::array list;
  for (const auto& finding : findings) {
    list.push_back(json::object{{"grade", to_string(finding.grade)},
                                {"topic", finding.topic},
                                {"seen", printable(finding.seen)},
                                {"next", printable(finding.next)}});
  }
  const json::object report{
      {"version", GW_VERSION}, {"can_serve", can_serve(findings)}, {"findings", std::move(list)}};
  return json::serialize(report) + '\n';
}

}  // namespace gw::app
