#include "transport/edge/curl_command.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace gw::edge {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool starts_with_url(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

// Reads one command from left to right; every function takes what it has read off the front.
class Words final {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  std::optional<std::vector<std::string>> all() {
    while (skip_blanks()) {
      std::string word;
      while (!text_.empty() && !is_blank(text_.front())) {
        if (!take_piece(word)) return std::nullopt;
      }
      words_.push_back(std::move(word));
    }
    return std::move(words_);
  }

 private:
  char take() {
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }

  // A backslash at the end of a line joins it with the next.
  bool skip_join() {
    for (const std::string_view join : {"\\\n", "\\\r\n"}) {
      if (!text_.starts_with(join)) continue;
      text_.remove_prefix(join.size());
      return true;
    }
    return false;
  }

  bool skip_blanks() {
    while (!text_.empty() && (skip_join() || is_blank(text_.front()))) {
      if (!text_.empty() && is_blank(text_.front())) text_.remove_prefix(1);
    }
    return !text_.empty();
  }

  bool take_piece(std::string& word) {
    if (skip_join()) return true;
    if (text_.starts_with("$'")) return take_escaped(word);
    const char c = take();
    if (c == '\'') return take_single(word);
    if (c == '"') return take_double(word);
    if (c != '\\') {
      word += c;
    } else if (!text_.empty()) {
      word += take();
    }
    return true;
  }

  bool take_single(std::string& word) {
    const auto end = text_.find('\'');
    if (end == std::string_view::npos) return false;
    word += text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return true;
  }

  bool take_double(std::string& word) {
    constexpr std::string_view kEscaped = "\"\\$`";
    while (!text_.empty()) {
      const char c = take();
      if (c == '"') return true;
      if (c == '\\' && !text_.empty() && kEscaped.contains(text_.front())) {
        word += take();
      } else {
        word += c;
      }
    }
    return false;
  }

  // $'…': browsers use it for quotes and for whatever is not plain.
  bool take_escaped(std::string& word) {
    text_.remove_prefix(2);
    while (!text_.empty()) {
      const char c = take();
      if (c == '\'') return true;
      if (c != '\\') {
        word += c;
      } else if (!text_.empty()) {
        take_escape(word);
      }
    }
    return false;
  }

  void take_escape(std::string& word) {
    const char c = take();
    if (c == 'u') return take_code(word, 4);
    if (c == 'x') return take_code(word, 2);
    if (c == 'n') {
      word += '\n';
    } else if (c == 'r') {
      word += '\r';
    } else if (c == 't') {
      word += '\t';
    } else {
      word += c;
    }
  }

  // Nothing but ASCII can stand in what we look for; other characters become '?', which is refused
  // or does no harm.
  void take_code(std::string& word, std::size_t digits) {
    unsigned code = 0;
    for (std::size_t i = 0; i < digits && !text_.empty(); ++i) {
      const auto at = std::string_view("0123456789abcdef").find(to_lower(text_.substr(0, 1)));
      if (at == std::string_view::npos) break;
      code = code * 16 + static_cast<unsigned>(at);
      text_.remove_prefix(1);
    }
    word += code < 0x80 ? static_cast<char>(code) : '?';
  }

  std::string_view text_;
  std::vector<std::string> words_;
};

bool is_cmd(std::string_view text) {
  return text.contains("^\"") || text.contains("^\n") || text.contains("^\r\n");
}

// A caret stands before what cmd would take for its own, also before the end of a line.
std::string without_carets(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '^' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    ++at;
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
    out += text[at] == '\n' ? ' ' : text[at];
  }
  return out;
}

void take_header(CurlCommand& command, std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto name = trim(line.substr(0, colon));
  const auto value = std::string(trim(line.substr(colon + 1)));
  if (equals_ignoring_case(name, "cookie")) command.cookies = value;
  if (equals_ignoring_case(name, "user-agent")) command.user_agent = value;
  if (equals_ignoring_case(name, "sec-ch-ua")) command.brands = value;
}

bool is_any(std::string_view word, std::string_view a, std::string_view b) {
  return word == a || word == b;
}

}  // namespace

bool is_curl_command(std::string_view text) {
  for (const std::string_view name : {"curl", "curl.exe"}) {
    if (text.starts_with(name) && text.size() > name.size() && is_blank(text[name.size()]))
      return true;
  }
  return false;
}

std::optional<std::vector<std::string>> split_command(std::string_view text) {
  if (!is_cmd(text)) return Words(text).all();
  const auto plain = without_carets(text);
  return Words(plain).all();
}

std::optional<CurlCommand> read_curl_command(std::string_view text) {
  const auto words = split_command(text);
  if (!words) return std::nullopt;
  CurlCommand command;
  if (words->size() > 1 && starts_with_url((*words)[1])) command.url = (*words)[1];
  for (std::size_t at = 1; at + 1 < words->size(); ++at) {
    const auto& value = (*words)[at + 1];
    const auto& option = (*words)[at];
    if (is_any(option, "-H", "--header")) {
      take_header(command, value);
    } else if (is_any(option, "-b", "--cookie")) {
      command.cookies = value;
    } else if (is_any(option, "-A", "--user-agent")) {
      command.user_agent = value;
    } else if (option == "--url") {
      command.url = value;
    } else {
      continue;
    }
    ++at;
  }
  return command;
}

}  // namespace gw::edge
