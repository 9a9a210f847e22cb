// A TCP server that answers each request with bytes chosen by the test, for everything a
// well-behaved HTTP server would never do.
#pragma once

#include "tests/support/raw_http.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gw::test {

struct ScriptedAnswer {
  enum class Then : std::uint8_t { keep_open, close, reset };
  std::string bytes;
  Then then = Then::keep_open;
};

// Runs on its own thread from construction to destruction. `script` is called there, once for each
// complete request, with the request and its number from 0.
class ScriptedServer final {
 public:
  using Script = std::function<ScriptedAnswer(const RawRequest&, std::size_t)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url(const std::string& target = "/") const;
  std::uint16_t port() const;
  std::vector<RawRequest> requests() const;
  std::size_t connections() const;  // accepted so far
  bool wait_for_requests(std::size_t count, std::chrono::milliseconds patience) const;
  bool wait_for_closed(std::size_t count,
                       std::chrono::milliseconds patience) const;  // ended by the client
  bool wait_for_ended(std::size_t count,
                      std::chrono::milliseconds patience) const;  // by the script

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

// A complete answer with Content-Length.
std::string http_answer(int status, const std::string& body, const std::string& extra_headers = "");

}  // namespace gw::test
