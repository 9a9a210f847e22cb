#include "http/head_check.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace gw::http {
namespace {

constexpr auto kNone = std::string_view::npos;
// Below 10^18: no reader of the number can overflow.
constexpr std::size_t kMaxLengthDigits = 18;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_token_char(char c) {
  return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != kNone;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::unexpected<Error> malformed(std::string sentence) {
  return fail(Error(ErrorKind::invalid_request, std::move(sentence)));
}

// Takes the next line off `rest`, without its CRLF.
Result<std::string_view> next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == kNone) return malformed("The request head does not end with an empty line.");
  if (end == 0 || rest[end - 1] != '\r') {
    return malformed("A line of the request head ends with a bare LF instead of CRLF.");
  }
  const auto line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  if (line.find('\r') != kNone) return malformed("The request head contains a bare CR.");
  if (line.find('\0') != kNone) return malformed("The request head contains a NUL byte.");
  return line;
}

Done check_target(std::string_view method, std::string_view target) {
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7F; };
  if (!std::ranges::all_of(target, is_visible)) {
    return malformed("The request target contains a byte that must be percent-encoded.");
  }
  if (target.find('#') != kNone) return malformed("The request target contains a fragment.");
  if (method == "OPTIONS" && target == "*") return {};
  if (!target.starts_with('/')) {
    return malformed("The request target is not a path: this server is not a proxy.");
  }
  return {};
}

enum class Version { http_1_0, http_1_1 };

Result<Version> check_request_line(std::string_view line) {
  if (line.empty()) return malformed("The request starts with an empty line.");
  const auto method = line.substr(0, line.find(' '));
  if (!is_token(method)) return malformed("The request method is not a token.");
  if (method == "CONNECT") return malformed("CONNECT is not served: this server is not a proxy.");
  line.remove_prefix(std::min(line.size(), method.size() + 1));
  const auto target = line.substr(0, line.find(' '));
  if (target.empty()) return malformed("The request line has no target.");
  GW_CHECK(check_target(method, target));
  line.remove_prefix(std::min(line.size(), target.size() + 1));
  if (line == "HTTP/1.1") return Version::http_1_1;
  if (line == "HTTP/1.0") return Version::http_1_0;
  return malformed("The request line does not end with HTTP/1.1 or HTTP/1.0.");
}

bool is_port(std::string_view port) {
  unsigned number = 0;
  const auto* end = port.data() + port.size();
  const auto parsed = std::from_chars(port.data(), end, number);
  return is_digits(port) && parsed.ec == std::errc() && number <= 65535;
}

// host[:port], with the host an IPv6 address in brackets or made of the characters of a reg-name.
bool is_plausible_host(std::string_view host) {
  static constexpr std::string_view kNameExtras = "-._~!$&'()*+;=%";
  const bool bracketed = host.starts_with('[');
  const auto name_end = bracketed ? host.find(']') : std::min(host.find(':'), host.size());
  if (name_end == kNone) return false;
  const auto name = bracketed ? host.substr(1, name_end - 1) : host.substr(0, name_end);
  const auto allowed = [&](char c) {
    return is_alphanumeric(c) || (bracketed ? c == ':' || c == '.' : kNameExtras.find(c) != kNone);
  };
  if (name.empty() || !std::ranges::all_of(name, allowed)) return false;
  const auto after = host.substr(name_end + (bracketed ? 1 : 0));
  return after.empty() || (after.starts_with(':') && is_port(after.substr(1)));
}

struct Field {
  std::string_view name;
  std::string_view value;
};

Result<Field> parse_field(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) {
    return malformed("A header field is folded over two lines.");
  }
  const auto colon = line.find(':');
  if (colon == kNone) return malformed("A header line has no colon.");
  const Field field{line.substr(0, colon), trim(line.substr(colon + 1))};
  if (!is_token(field.name)) {
    return malformed("A header field's name is not a token, or a space stands before its colon.");
  }
  const auto is_control = [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; };
  if (std::ranges::any_of(field.value, is_control)) {
    return malformed("A header field's value contains a control byte.");
  }
  return field;
}

// What the fields say about host and framing, and whether they say it once.
class FieldRules final {
 public:
  explicit FieldRules(Version version) : version_(version) {}

  Done see(const Field& field) {
    if (++fields_ > kMaxHeaderFields) {
      return fail(Error(ErrorKind::header_too_large, "The request has too many header fields."));
    }
    if (equals_ignoring_case(field.name, "Host")) return see_host(field.value);
    if (equals_ignoring_case(field.name, "Content-Length")) return see_length(field.value);
    if (equals_ignoring_case(field.name, "Transfer-Encoding")) return see_encoding(field.value);
    return {};
  }

  Done finish() const {
    if (!has_host_ && version_ == Version::http_1_1)
      return malformed("The Host header is missing.");
    if (has_length_ && has_encoding_) {
      return malformed("The request has both Content-Length and Transfer-Encoding.");
    }
    return {};
  }

 private:
  Done see_host(std::string_view value) {
    if (std::exchange(has_host_, true))
      return malformed("The request has more than one Host header.");
    if (!is_plausible_host(value)) return malformed("The Host header is not a host name.");
    return {};
  }

  Done see_length(std::string_view value) {
    if (std::exchange(has_length_, true)) {
      return malformed("The request has more than one Content-Length header.");
    }
    if (!is_digits(value)) return malformed("The Content-Length header is not a plain number.");
    if (value.size() > kMaxLengthDigits)
      return malformed("The Content-Length header is too large.");
    return {};
  }

  Done see_encoding(std::string_view value) {
    if (std::exchange(has_encoding_, true)) {
      return malformed("The request has more than one Transfer-Encoding header.");
    }
    if (version_ == Version::http_1_0) {
      return malformed("Transfer-Encoding does not exist in HTTP/1.0.");
    }
    if (!equals_ignoring_case(value, "chunked")) {
      return malformed("The only Transfer-Encoding this server reads is chunked.");
    }
    return {};
  }

  Version version_;
  std::size_t fields_ = 0;
  bool has_host_ = false;
  bool has_length_ = false;
  bool has_encoding_ = false;
};

}  // namespace

std::optional<std::size_t> head_length(std::string_view bytes, std::size_t& scanned) {
  // Not even the beginning of a method: an empty line, a TLS handshake, binary noise.
  if (!bytes.empty() && !is_token_char(bytes[0])) return std::min<std::size_t>(bytes.size(), 2);
  for (auto at = bytes.find('\n', scanned); at != kNone; at = bytes.find('\n', at + 1)) {
    const bool has_cr = at > 0 && bytes[at - 1] == '\r';
    const bool empty_line = at > 1 && bytes[at - 2] == '\n';
    if (!has_cr || empty_line) return at + 1;
  }
  scanned = bytes.size();
  return std::nullopt;
}

Done check_field_line(std::string_view line) {
  GW_CHECK(parse_field(line));
  return {};
}

Done check_head(std::string_view head) {
  if (head.empty() || (!is_token_char(head[0]) && head[0] != '\r' && head[0] != '\n')) {
    return malformed("The request does not start with a method; this port speaks plain HTTP/1.1.");
  }
  auto rest = head;
  GW_TRY(const auto request_line, next_line(rest));
  GW_TRY(const auto version, check_request_line(request_line));
  FieldRules rules(version);
  for (;;) {
    GW_TRY(const auto line, next_line(rest));
    if (line.empty()) break;
    GW_TRY(const auto field, parse_field(line));
    GW_CHECK(rules.see(field));
  }
  if (!rest.empty()) return malformed("The request head goes on behind its empty line.");
  return rules.finish();
}

}  // namespace gw::http
