#include "http/multipart.hpp"

#include "base/text.hpp"
#include "http/header_value.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace gw::http {
namespace {

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046 §5.1.1
constexpr std::size_t kLongestPadding = 64;

Error malformed(std::string message) {
  return {ErrorKind::invalid_request, "The multipart body is malformed: " + std::move(message)};
}

bool is_boundary_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("'()+_,-./:=? ").contains(c);
}

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= kLongestBoundary && !text.ends_with(' ') &&
         std::ranges::all_of(text, is_boundary_char);
}

// `line` without its CRLF.
Result<void> read_field(std::string_view line, PartHead& head, bool& is_form_data) {
  const auto colon = line.find(':');
  if (colon == line.npos || line.find('\r') != line.npos || line.find('\n') != line.npos)
    return fail(malformed("a part's header line is none."));
  const auto name = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  if (equals_ignoring_case(name, "Content-Type")) head.content_type = value;
  if (!equals_ignoring_case(name, "Content-Disposition")) return {};
  const auto disposition = parse_header_value(value);
  if (!disposition) return fail(malformed("a part's Content-Disposition cannot be read."));
  is_form_data = disposition->value == "form-data" && disposition->param("name").has_value();
  head.name = disposition->param("name").value_or("");
  head.is_file = disposition->param("filename") || disposition->param("filename*");
  return {};
}

Result<PartHead> parse_head(std::string_view lines) {
  PartHead head;
  bool is_form_data = false;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find("\r\n"));
    GW_CHECK(read_field(line, head, is_form_data));
    lines.remove_prefix(std::min(lines.size(), line.size() + 2));
  }
  if (!is_form_data || !is_utf8(head.name))
    return fail(malformed("a part has no Content-Disposition: form-data with a name."));
  return head;
}

}  // namespace

Result<MultipartParser> MultipartParser::create(std::string_view content_type,
                                                MultipartLimits limits) {
  const auto type = parse_header_value(content_type);
  if (!type || type->value != "multipart/form-data") {
    return fail(Error(ErrorKind::unsupported_media_type,
                      "the Content-Type of this request must be multipart/form-data"));
  }
  const auto boundary = type->param("boundary").value_or("");
  if (!is_boundary(boundary)) {
    return fail(Error(ErrorKind::invalid_request,
                      "Content-Type: multipart/form-data needs a boundary of 1 to 70 characters."));
  }
  return MultipartParser(std::string(boundary), limits);
}

MultipartParser::MultipartParser(std::string boundary, MultipartLimits limits)
    : delimiter_("\r\n--" + std::move(boundary)), limits_(limits) {}

Result<void> MultipartParser::feed(std::string_view bytes, PartSink& sink) {
  if (expected_ == Expected::nothing) return {};  // RFC 2046: what follows is to be ignored
  input_ += bytes;
  auto progress = Progress::made;
  while (progress == Progress::made) {
    GW_TRY(progress, step(sink));
  }
  input_.erase(0, std::exchange(used_, 0));
  return {};
}

Result<void> MultipartParser::finish() const {
  if (expected_ == Expected::nothing) return {};
  return fail(malformed("it ends before its closing boundary."));
}

Result<MultipartParser::Progress> MultipartParser::step(PartSink& sink) {
  switch (expected_) {
    case Expected::boundary:
    case Expected::data:
      return find_boundary(sink);
    case Expected::boundary_end:
      return read_boundary_end(sink);
    case Expected::head:
      return read_head(sink);
    case Expected::nothing:
      used_ = input_.size();
      return Progress::starved;
  }
  return Progress::starved;
}

// All that cannot be the beginning of a boundary goes to the part, or is the preamble.
Result<MultipartParser::Progress> MultipartParser::find_boundary(PartSink& sink) {
  const auto input = rest();
  const auto at = input.find(delimiter_);
  const bool found = at != input.npos;
  const auto keep = delimiter_.size() - 1;
  const auto sure = found ? at : input.size() - std::min(input.size(), keep);
  if (expected_ == Expected::data && sure > 0) GW_CHECK(sink.data(input.substr(0, sure)));
  used_ += found ? at + delimiter_.size() : sure;
  if (!found) return Progress::starved;
  in_part_ = expected_ == Expected::data;
  expected_ = Expected::boundary_end;
  return Progress::made;
}

// Behind a boundary: "--" closes the body, a line end begins a part; anything else was no boundary,
// only bytes that begin like one.
Result<MultipartParser::Progress> MultipartParser::read_boundary_end(PartSink& sink) {
  const auto input = rest();
  if (input.size() < 2) return Progress::starved;
  const bool closing = input.starts_with("--");
  const auto padding = input.find_first_not_of(" \t");
  const bool padded = padding == input.npos || padding > kLongestPadding;
  if (!closing && padded && input.size() <= kLongestPadding) return Progress::starved;
  const auto line_end = padded ? std::string_view() : input.substr(padding, 2);
  if (!closing && line_end == "\r") return Progress::starved;
  if (!closing && line_end != "\r\n") {
    expected_ = in_part_ ? Expected::data : Expected::boundary;
    if (in_part_) GW_CHECK(sink.data(delimiter_));
    return Progress::made;
  }
  if (in_part_) GW_CHECK(sink.end());
  in_part_ = false;
  expected_ = closing ? Expected::nothing : Expected::head;
  if (!closing) used_ += padding;  // the line's end stays: an empty head ends with it
  return Progress::made;
}

// From the line end of the boundary to the empty line.
Result<MultipartParser::Progress> MultipartParser::read_head(PartSink& sink) {
  constexpr std::string_view kEmptyLine = "\r\n\r\n";
  const auto input = rest();
  const auto end = input.find(kEmptyLine);
  const bool found = end != input.npos;
  const auto least = found ? end : input.size() - std::min(input.size(), kEmptyLine.size() - 1);
  if (least > limits_.max_head) return fail(malformed("a part's head is too long."));
  if (!found) return Progress::starved;
  if (++parts_ > limits_.max_parts) {
    return fail(Error(ErrorKind::too_large, "The multipart body has more than " +
                                                std::to_string(limits_.max_parts) + " parts."));
  }
  const auto lines = input.substr(0, end).substr(std::min<std::size_t>(end, 2));
  GW_TRY(auto head, parse_head(lines));
  GW_CHECK(sink.begin(std::move(head)));
  used_ += end + kEmptyLine.size();
  expected_ = Expected::data;
  return Progress::made;
}

}  // namespace gw::http
