// A Dreamifly server small enough to read, for tests and for trying things out: it speaks the
// protocol's §2 to §5 on the loopback interface and misbehaves on request. Written from the
// protocol page.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::test {

struct FakeAccount {
  enum class Standing : std::uint8_t { active, banned, unverified };
  std::string email;
  std::string password = "password";
  Standing standing = Standing::active;
  std::int64_t points = 0;
};

// §5; 0: none. A job counts until it is done, whoever has left.
struct FakeLimits {
  std::size_t anonymous_jobs = 0;   // a request without account is refused over so many of anybody
  std::size_t host_jobs = 0;        // the same for one with an account; every job counts
  std::size_t account_jobs = 0;     // jobs of one account
  std::size_t anonymous_daily = 0;  // requests without account until 20:00 UTC
  std::size_t account_daily = 0;    // requests of one account until 16:00 UTC; really one less
  static FakeLimits of_the_site() { return {1, 2, 2, 100, 50}; }
};

struct FakeOptions {
  std::string key = "test-key";
  std::string static_token = {};                 // not empty: an old server, without GET /api/time
  std::chrono::minutes zone{0};                  // of the server process
  std::function<WallTime()> wall = {};           // the server's clock; empty: the system's
  std::chrono::milliseconds delay{0};            // of each drawing
  std::chrono::milliseconds anonymous_delay{0};  // before it, without account; the site's is 20 s
  std::size_t concurrency = 0;  // drawings at a time before it refuses anybody; 0: any number
  std::uint16_t port = 0;       // 0: any free one
  FakeLimits limits = {};
  std::vector<FakeAccount> accounts = {};
  // Ids it offers, also new ones; empty: the thirteen of §3.3.
  std::vector<std::string> models = {};
  std::map<std::string, std::int64_t> prices = {};  // base costs by model; the others are free (§6)
  // What it looks for; a server whose own address is https has __Secure- in front.
  std::string cookie_name = "better-auth.session_token";
};

using FakeHeaders = std::vector<std::pair<std::string, std::string>>;

// What it answers in place of a picture.
struct FakeReply {
  int status = 500;
  std::string body = R"({"error":"made to fail"})";
  std::string content_type = "application/json";
  FakeHeaders headers = {};
};

enum class FakeFault : std::uint8_t {
  reset,                // the connection is reset after the drawing, without an answer
  reset_at_once,        // … as soon as the request is in; nothing is drawn
  reset_while_drawing,  // … when the drawing begins, which goes on and keeps its place
  reset_after_headers,  // … between the head of the answer and its body
  reset_after_body,     // … when all of the body has come, but not its end
  truncated,            // the answer stops in the middle of its body
  stall,                // the drawing is done, and nothing comes
  stall_in_body,        // half of the base64 comes, and then nothing
  cut_json,             // a complete answer, but only half of the JSON
  endless,              // base64 without end
  html,                 // 200 with a page
  wrong_label,          // a PNG that is called a JPEG
  trickle,              // the body in many small pieces
};
std::span<const std::pair<std::string_view, FakeFault>> all_faults();  // with the names above
// By name; nothing for another.
const FakeFault* find_fault(std::string_view name);

struct FakeCall {
  std::string authorization;
  std::string body;
  std::string cookie = {};
  std::string account = {};                         // the address it was done for; empty: nobody's
  std::map<std::string, std::string> headers = {};  // names in lower case
};

// Runs on a thread of its own from construction to destruction; every function may be called from
// any thread. Tricks are used up by POST /api/generate in the order they were given, one for each
// call with a good token.
class FakeDreamifly final {
 public:
  explicit FakeDreamifly(FakeOptions options = {});
  ~FakeDreamifly();
  FakeDreamifly(const FakeDreamifly&) = delete;
  FakeDreamifly& operator=(const FakeDreamifly&) = delete;

  std::uint16_t port() const;
  std::string base_url() const;

  void reply_next(int count, FakeReply reply);
  void fault_next(int count, FakeFault fault);
  // From now on, to any call of it but generate.
  void reply_to(std::string target, FakeReply reply);
  void fault_to(std::string target, FakeFault fault);
  void behave(const std::string& target);      // neither of the two any more
  void set_data_url_label(std::string label);  // "data:image/jpeg;base64," …; the bytes stay PNG
  void set_wall(std::function<WallTime()> wall);
  void set_zone(std::chrono::minutes zone);
  void set_delay(std::chrono::milliseconds delay);
  void set_models(std::vector<std::string> models);
  void set_account(FakeAccount account);  // new, or in place of the one with its address
  void drop_sessions();                   // every session is dead
  // A live session as a browser would hold it: name=value.
  std::string open_session(const std::string& email);
  void hold();     // drawings do not finish …
  void release();  // … until now

  std::vector<FakeCall> calls() const;           // of POST /api/generate, refused ones too
  std::vector<FakeCall> sign_ins() const;        // of POST /api/auth/sign-in/email
  std::vector<FakeCall> session_checks() const;  // of GET /api/auth/get-session
  std::size_t time_calls() const;                // of GET /api/time
  std::size_t model_calls() const;               // of GET /api/models
  std::int64_t points(const std::string& email) const;
  std::size_t running() const;  // drawings; those of departed clients go on
  std::size_t most_running() const;
  // Waits for at least so many drawings at a time; false after `patience`.
  bool wait_for_running(std::size_t count, std::chrono::milliseconds patience) const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace gw::test
