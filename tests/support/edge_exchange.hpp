// What a fake edge reads and says, and the two protocols it does that in.
#pragma once

#include "tests/support/tls_stream.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

struct EdgeRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;  // lower case, in the order they came
  std::string body;
  int http_version = 11;  // or 20

  std::string header(std::string_view lower_case_name) const;  // empty when absent
};

struct EdgeAnswer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Nothing: the connection is dropped without an answer.
using EdgeHandler = std::function<std::optional<EdgeAnswer>(const EdgeRequest&)>;

// Until the client ends the connection; one request at a time.
void serve_http1(TlsStream& stream, const EdgeHandler& handler);
void serve_http2(TlsStream& stream, const EdgeHandler& handler);

}  // namespace gw::test
