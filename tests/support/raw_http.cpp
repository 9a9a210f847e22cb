#include "tests/support/raw_http.hpp"

#include "base/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include <cstdlib>

namespace gw::test {
namespace {

constexpr std::size_t kReadSize = 64u << 10;

Async<bool> read_more(Socket& socket, std::string& buffer) {
  const auto before = buffer.size();
  buffer.resize(before + kReadSize);
  boost::system::error_code error;
  const auto room = asio::buffer(buffer.data() + before, kReadSize);
  const auto size =
      co_await socket.async_read_some(room, asio::redirect_error(use_awaitable, error));
  buffer.resize(before + size);
  co_return !error;
}

RawRequest parse_head(std::string head) {
  RawRequest request;
  std::string_view rest = head;
  const auto line = rest.substr(0, rest.find("\r\n"));
  const auto first = line.find(' ');
  const auto second = line.rfind(' ');
  request.method = line.substr(0, first);
  if (second > first) request.target = line.substr(first + 1, second - first - 1);
  for (rest.remove_prefix(line.size() + 2); !rest.empty() && !rest.starts_with("\r\n");) {
    const auto field = rest.substr(0, rest.find("\r\n"));
    const auto colon = field.find(':');
    if (colon != std::string_view::npos) {
      request.headers[to_lower(field.substr(0, colon))] = trim(field.substr(colon + 1));
    }
    rest.remove_prefix(field.size() + 2);
  }
  request.head = std::move(head);
  return request;
}

}  // namespace

std::string RawRequest::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string() : found->second;
}

Async<std::optional<RawRequest>> read_request(Socket& socket, std::string& buffer) {
  std::size_t head_end = 0;
  while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!co_await read_more(socket, buffer)) co_return std::nullopt;
  }
  auto request = parse_head(buffer.substr(0, head_end + 4));
  buffer.erase(0, head_end + 4);
  if (!request.header("transfer-encoding").empty()) co_return std::nullopt;
  const auto size = std::strtoull(request.header("content-length").c_str(), nullptr, 10);
  while (buffer.size() < size) {
    if (!co_await read_more(socket, buffer)) co_return std::nullopt;
  }
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  co_return request;
}

Async<bool> write_bytes(Socket& socket, std::string bytes) {
  boost::system::error_code error;
  co_await asio::async_write(socket, asio::buffer(bytes),
                             asio::redirect_error(use_awaitable, error));
  co_return !error;
}

void reset(Socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

}  // namespace gw::test
