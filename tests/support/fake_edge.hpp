// An edge such as stands in front of public sites: TLS with HTTP/1.1 and HTTP/2 on the loopback
// interface, in front of a server without TLS. It lets requests through, or challenges, limits and
// refuses them as the test says; written from cloudflare-upstream §2 and §3.
#pragma once

#include "tests/support/edge_exchange.hpp"
#include "tests/support/temporary_directory.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gw::test {

struct FakeEdgeOptions {
  std::uint16_t origin = 0;  // where requests go on to; 0: `canned` is the site's answer
  EdgeAnswer canned = {
      .status = 200, .headers = {{"content-type", "application/json"}}, .body = R"({"ok":true})"};
  bool http2 = true;                                 // false: HTTP/1.1 alone
  std::string names = "DNS:localhost,IP:127.0.0.1";  // of its certificate
};

// What it does instead of letting a request through.
EdgeAnswer challenge_page();      // a human is wanted, with the documented header
EdgeAnswer unmarked_challenge();  // the same without it
EdgeAnswer error_page(int code);  // 1xxx as a page; the status that goes with it
EdgeAnswer bare_error(int code);  // "error code: 1020"
EdgeAnswer structured_error(int code);
EdgeAnswer limited(std::string retry_after);  // 1015
EdgeAnswer origin_trouble(int status);        // 52x

// Runs on threads of its own from construction to destruction; every function may be called from
// any thread.
class FakeEdge final {
 public:
  explicit FakeEdge(FakeEdgeOptions options = {});
  ~FakeEdge();
  FakeEdge(const FakeEdge&) = delete;
  FakeEdge& operator=(const FakeEdge&) = delete;

  std::uint16_t port() const;
  std::string url(const std::string& target = "") const;  // https://localhost:port
  std::filesystem::path ca_file() const;                  // to be trusted; lives as long as this

  void let_through();                       // everything, as at the beginning
  void answer_with(EdgeAnswer);             // everything, from now on
  void answer_next(int count, EdgeAnswer);  // the next so many, before all else
  void drop_next(int count);                // the same without an answer
  // No answer is given before so many more requests have come, or the edge ends.
  void gather(std::size_t count);
  // Everything is challenged but what comes with a clearance that counts.
  void challenge();
  // From now on this value counts, with this User-Agent and no other.
  void accept(std::string clearance, std::string user_agent);
  void revoke(const std::string& clearance);
  // Sets it in place of the one that a request came with, from now on; both count.
  void renew_as(std::string clearance);

  std::vector<EdgeRequest> requests() const;  // all that came
  std::vector<EdgeRequest> passed() const;    // what was let through
  std::size_t connections() const;
  bool wait_for_requests(std::size_t count, std::chrono::milliseconds patience) const;

 private:
  class Server;
  TemporaryDirectory folder_;
  std::unique_ptr<Server> server_;
};

}  // namespace gw::test
