// A Dreamifly server small enough to read, for tests and for trying things out: it speaks the
// protocol's §2 and §3 on the loopback interface and misbehaves on request. Written from the
// protocol page.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gw::test {

struct FakeOptions {
  std::string key = "test-key";
  std::string static_token;            // not empty: an old server, without GET /api/time
  std::chrono::minutes zone{0};        // of the server process
  std::function<WallTime()> wall;      // the server's clock; empty: the system's
  std::chrono::milliseconds delay{0};  // of each drawing
  std::size_t concurrency = 0;         // drawings at a time before it refuses; 0: any number
  std::uint16_t port = 0;              // 0: any free one
};

// What it answers in place of a picture.
struct FakeReply {
  int status = 500;
  std::string body = R"({"error":"made to fail"})";
  std::string content_type = "application/json";
};

enum class FakeFault : std::uint8_t {
  reset,      // the connection is reset after the drawing, without an answer
  truncated,  // the answer stops in the middle of its body
};

struct FakeCall {
  std::string authorization;
  std::string body;
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
  void set_data_url_label(std::string label);  // "data:image/jpeg;base64," …; the bytes stay PNG
  void set_wall(std::function<WallTime()> wall);
  void set_delay(std::chrono::milliseconds delay);
  void hold();     // drawings do not finish …
  void release();  // … until now

  std::vector<FakeCall> calls() const;  // of POST /api/generate, refused ones too
  std::size_t time_calls() const;       // of GET /api/time
  std::size_t running() const;          // drawings; those of departed clients go on
  std::size_t most_running() const;
  // Waits for at least so many drawings at a time; false after `patience`.
  bool wait_for_running(std::size_t count, std::chrono::milliseconds patience) const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace gw::test
