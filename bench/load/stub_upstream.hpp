// A Dreamifly server inside a measuring program, so that one clock sees both ends of the gateway.
#pragma once

#include "bench/load/figures.hpp"
#include "bench/load/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace gw::bench {

// Keeps its connections, as a server on Node does; each has a thread. Lives until the end of the
// program.
class StubUpstream final {
 public:
  struct Call {
    std::string body;
    Clock::time_point arrived;  // the whole request
  };
  // For POST /api/generate, on its connection's thread; writes the whole answer.
  using Draw = std::function<void(const Call&, const Descriptor&)>;

  // With a site key, tokens are checked as the protocol says (§2.2), and the server's clock is
  // ahead of ours so that its minute ends after `minute_left`. Without one any token is right.
  struct Scheme {
    std::string site_key;
    std::chrono::seconds minute_left{60};
  };

  StubUpstream(std::uint16_t port, Scheme scheme, Draw draw);
  StubUpstream(const StubUpstream&) = delete;
  StubUpstream& operator=(const StubUpstream&) = delete;

  // How many calls came with the token of each minute; refused ones under "refused".
  std::map<std::string, int> calls_by_minute() const;

 private:
  void accept_all(const Descriptor& door);
  void serve(const Descriptor& socket);
  bool serve_one(const Descriptor& socket, std::string& input);  // false at the connection's end
  void answer(std::string_view head, const Call& call, const Descriptor& socket);
  bool token_is_right(std::string_view head);
  std::chrono::sys_seconds server_time() const;
  std::string time_answer() const;

  const Scheme scheme_;
  const std::chrono::seconds ahead_;
  const Draw draw_;
  mutable std::mutex mutex_;
  std::map<std::string, int> calls_by_minute_;
};

// Head and body of a 200 with a JSON body.
std::string json_answer(std::string_view body);
// Sends all of it but the end, which is returned, and waits until the other side's kernel has it: a
// real upstream is far away, and what it sent before its last bytes has long been there. What is
// noted before the end is sent is noted in time, whatever the other side does with it.
std::string_view send_beginning(const Descriptor& socket, std::string_view answer);

}  // namespace gw::bench
