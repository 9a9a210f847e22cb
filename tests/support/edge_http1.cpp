#include "base/text.hpp"
#include "tests/support/edge_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace gw::test {
namespace {

bool read_more(TlsStream& stream, std::string& buffer) {
  std::array<char, 64u << 10> bytes;
  const auto size = stream.read(bytes.data(), bytes.size());
  buffer.append(bytes.data(), size);
  return size > 0;
}

EdgeRequest parse_head(std::string_view head) {
  EdgeRequest request;
  const auto line = head.substr(0, head.find("\r\n"));
  const auto first = line.find(' ');
  const auto second = line.rfind(' ');
  request.method = line.substr(0, first);
  if (second > first) request.target = line.substr(first + 1, second - first - 1);
  head.remove_prefix(line.size() + 2);
  while (!head.empty()) {
    const auto field = head.substr(0, head.find("\r\n"));
    const auto colon = field.find(':');
    if (colon != std::string_view::npos)
      request.headers.emplace_back(to_lower(field.substr(0, colon)), trim(field.substr(colon + 1)));
    head.remove_prefix(field.size() + 2);
  }
  return request;
}

std::optional<EdgeRequest> read_request(TlsStream& stream, std::string& buffer) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more(stream, buffer)) return std::nullopt;
  }
  auto request = parse_head(std::string_view(buffer).substr(0, end + 2));
  buffer.erase(0, end + 4);
  const auto size = std::strtoull(request.header("content-length").c_str(), nullptr, 10);
  while (buffer.size() < size) {
    if (!read_more(stream, buffer)) return std::nullopt;
  }
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  return request;
}

}  // namespace

std::string EdgeRequest::header(std::string_view lower_case_name) const {
  const auto found = std::ranges::find(
      headers, lower_case_name, [](const auto& field) { return std::string_view(field.first); });
  return found == headers.end() ? std::string() : found->second;
}

void serve_http1(TlsStream& stream, const EdgeHandler& handler) {
  std::string buffer;
  while (const auto request = read_request(stream, buffer)) {
    const auto answer = handler(*request);
    if (!answer) return;
    auto head = fmt::format("HTTP/1.1 {} Status\r\n", answer->status);
    for (const auto& [name, value] : answer->headers)
      head += fmt::format("{}: {}\r\n", name, value);
    head += fmt::format("content-length: {}\r\n\r\n", answer->body.size());
    if (!stream.write(head) || !stream.write(answer->body)) return;
  }
}

}  // namespace gw::test
