#include "app/settings.hpp"

#include <fmt/format.h>

#include <iterator>

namespace gw::app {
namespace {

// A bar would end the table's cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string default_cell(const Setting& setting) {
  const auto value = setting.show(Draft{});
  return value.empty() ? std::string() : fmt::format("`{}`", cell(value));
}

void append_row(std::string& out, const Setting& setting) {
  const auto path = setting.path.empty() ? std::string() : fmt::format("`{}`", setting.path);
  fmt::format_to(std::back_inserter(out), "| `{}` | {} | {} | {} | {} |\n", setting.name, path,
                 cell(setting.form), default_cell(setting), cell(setting.meaning));
}

}  // namespace

std::string settings_markdown() {
  std::string out;
  std::string_view section;
  for (const auto& setting : settings()) {
    if (setting.section != section) {
      section = setting.section;
      fmt::format_to(std::back_inserter(out),
                     "{}### {}\n\n| Environment | YAML | Value | Default | Meaning |\n"
                     "|---|---|---|---|---|\n",
                     out.empty() ? "" : "\n", section);
    }
    append_row(out, setting);
  }
  return out;
}

}  // namespace gw::app
