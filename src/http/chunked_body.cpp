#include "http/chunked_body.hpp"

#include "http/head_check.hpp"

#include <algorithm>
#include <charconv>

namespace gw::http {
namespace {

// What 64 bits hold.
constexpr std::ptrdiff_t kMaxSizeDigits = 16;

std::unexpected<Error> malformed(std::string detail) {
  return fail(Error(ErrorKind::invalid_request, "The chunked request body is malformed.")
                  .with_detail(std::move(detail)));
}

bool is_extension(std::string_view text) {
  const auto is_control = [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; };
  return text.size() > 1 && text.front() == ';' && std::ranges::none_of(text, is_control);
}

Result<std::uint64_t> parse_size(std::string_view line) {
  std::uint64_t size = 0;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  const auto digits = parsed.ptr - line.data();
  if (parsed.ec != std::errc() || digits > kMaxSizeDigits) return malformed("a bad chunk size");
  line.remove_prefix(static_cast<std::size_t>(digits));
  if (!line.empty() && !is_extension(line)) return malformed("a bad chunk extension");
  return size;
}

}  // namespace

Result<ChunkedBody::State> ChunkedBody::feed(std::string& input) {
  std::string_view rest(input);
  auto progress = Progress::made;
  while (progress == Progress::made && expected_ != Expected::nothing) {
    GW_TRY(progress, step(rest));
  }
  input.erase(0, input.size() - rest.size());
  return expected_ == Expected::nothing ? State::finished : State::unfinished;
}

Result<ChunkedBody::Progress> ChunkedBody::step(std::string_view& rest) {
  switch (expected_) {
    case Expected::size_line:
      return read_size_line(rest);
    case Expected::data:
      return read_data(rest);
    case Expected::data_end:
      return read_data_end(rest);
    case Expected::trailer_line:
      return read_trailer_line(rest);
    case Expected::nothing:
      break;
  }
  return Progress::starved;
}

Result<ChunkedBody::Progress> ChunkedBody::read_size_line(std::string_view& rest) {
  GW_TRY(const auto line, take_line(rest, max_line_));
  if (!line) return Progress::starved;
  GW_TRY(missing_, parse_size(*line));
  if (missing_ > limit_ - body_.size()) {
    return fail(Error(ErrorKind::too_large, "The request body is larger than the " +
                                                std::to_string(limit_) + " bytes allowed here."));
  }
  expected_ = missing_ > 0 ? Expected::data : Expected::trailer_line;
  return Progress::made;
}

Result<ChunkedBody::Progress> ChunkedBody::read_data(std::string_view& rest) {
  const auto count = std::min<std::uint64_t>(missing_, rest.size());
  body_.append(rest.substr(0, count));
  rest.remove_prefix(count);
  missing_ -= count;
  if (missing_ > 0) return Progress::starved;
  expected_ = Expected::data_end;
  return Progress::made;
}

Result<ChunkedBody::Progress> ChunkedBody::read_data_end(std::string_view& rest) {
  static constexpr std::string_view kEnd = "\r\n";
  if (!kEnd.starts_with(rest.substr(0, 2))) return malformed("a chunk is longer than its size");
  if (rest.size() < kEnd.size()) return Progress::starved;
  rest.remove_prefix(kEnd.size());
  expected_ = Expected::size_line;
  return Progress::made;
}

Result<ChunkedBody::Progress> ChunkedBody::read_trailer_line(std::string_view& rest) {
  const auto before = rest.size();
  GW_TRY(const auto line, take_line(rest, max_line_ - trailer_bytes_));
  if (!line) return Progress::starved;
  trailer_bytes_ += before - rest.size();
  if (line->empty()) {
    expected_ = Expected::nothing;
  } else {
    GW_CHECK(check_field_line(*line));
  }
  return Progress::made;
}

// The next line without its CRLF; nothing while it is not complete.
Result<std::optional<std::string_view>> ChunkedBody::take_line(std::string_view& rest,
                                                               std::size_t longest) {
  const auto end = rest.find('\n');
  if (std::min(end, rest.size()) >= longest) return malformed("a chunk line is too long");
  if (end == rest.npos) return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (!line.ends_with('\r')) return malformed("a chunk line ends with a bare LF");
  const auto content = line.substr(0, line.size() - 1);
  if (content.find('\r') != content.npos) return malformed("a chunk line contains a bare CR");
  return content;
}

}  // namespace gw::http
