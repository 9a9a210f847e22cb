#include "app/dotenv.hpp"

#include <expected>
#include <optional>
#include <utility>

namespace gw::app {
namespace {

using Value = std::expected<std::string, std::string>;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool starts_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}
bool continues_name(char c) {
  return starts_name(c) || (c >= '0' && c <= '9');
}

void skip_blanks(std::string_view& rest) {
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
}

std::string_view take_name(std::string_view& rest) {
  std::size_t length = 0;
  if (!rest.empty() && starts_name(rest.front())) {
    while (length < rest.size() && continues_name(rest[length])) ++length;
  }
  const auto name = rest.substr(0, length);
  rest.remove_prefix(length);
  return name;
}

std::string bare_value(std::string_view rest) {
  std::size_t end = 0;
  while (end < rest.size() && !(rest[end] == '#' && (end == 0 || is_blank(rest[end - 1])))) ++end;
  while (end > 0 && is_blank(rest[end - 1])) --end;
  return std::string(rest.substr(0, end));
}

std::optional<char> unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '\\':
    case '"':
    case '$':
    case '`':
      return c;
    default:
      return std::nullopt;
  }
}

Value take_double_quoted(std::string_view& rest) {
  std::string value;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return value;
    }
    if (rest[i] != '\\') {
      value += rest[i];
      continue;
    }
    if (++i == rest.size()) break;
    const auto c = unescaped(rest[i]);
    if (!c) return std::unexpected(R"(knows only \n \r \t \\ \" \$ and \` after a backslash)");
    value += *c;
  }
  return std::unexpected("lacks its closing double quote");
}

Value take_single_quoted(std::string_view& rest) {
  const auto end = rest.find('\'');
  if (end == std::string_view::npos) return std::unexpected("lacks its closing single quote");
  std::string value(rest.substr(0, end));
  rest.remove_prefix(end + 1);
  return value;
}

Value parse_value(std::string_view rest) {
  skip_blanks(rest);
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return bare_value(rest);
  const char quote = rest.front();
  rest.remove_prefix(1);
  auto value = quote == '"' ? take_double_quoted(rest) : take_single_quoted(rest);
  if (!value) return value;
  skip_blanks(rest);
  if (!rest.empty() && rest.front() != '#') {
    return std::unexpected("has something behind its closing quote");
  }
  return value;
}

void parse_line(std::string_view line, std::size_t number, Dotenv& out) {
  const auto fault = [&](std::string message) {
    out.faults.push_back({number, std::move(message)});
  };
  skip_blanks(line);
  if (line.empty() || line.front() == '#') return;
  if (line.find('\0') != std::string_view::npos) return fault("holds a NUL byte");
  auto name = take_name(line);
  if (name == "export" && !line.empty() && is_blank(line.front())) {
    skip_blanks(line);
    if (!line.starts_with('=')) name = take_name(line);
  }
  if (name.empty()) return fault("must begin with a name: NAME=value");
  skip_blanks(line);
  if (!line.starts_with('=')) return fault("lacks the = behind its name: NAME=value");
  auto value = parse_value(line.substr(1));
  if (!value) return fault(std::move(value).error());
  out.entries.push_back({std::string(name), std::move(*value), number});
}

}  // namespace

Dotenv parse_dotenv(std::string_view text) {
  Dotenv out;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    parse_line(line, number, out);
  }
  return out;
}

}  // namespace gw::app
