// The little HTTP/1.1 that the fake servers need, on plain sockets: no part of the product is
// trusted here.
#pragma once

#include "base/task.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gw::test {

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

struct RawRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string head;                            // as it came
  std::string body;

  std::string header(const std::string& lower_case_name) const;  // empty when absent
};

// The next request of a connection; `buffer` keeps what came too early. Nothing at the connection's
// end and for a request without Content-Length framing.
Async<std::optional<RawRequest>> read_request(Socket& socket, std::string& buffer);

// False when the other side is gone.
Async<bool> write_bytes(Socket& socket, std::string bytes);

// close() with a reset instead of a clean end.
void reset(Socket& socket);

}  // namespace gw::test
