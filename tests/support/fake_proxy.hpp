// A proxy on the loopback interface that speaks HTTP (CONNECT, and plain requests passed on) and
// SOCKS5 at one port. Every name is this machine to it, so tests may use names that nobody has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gw::test {

struct FakeProxyOptions {
  std::string user;  // with a password: whoever does not name both is refused
  std::string password;
  bool reaches = true;  // false: it cannot connect to anybody
};

// What it was asked for, with what credentials.
struct ProxyCall {
  std::string target;  // host:port
  std::string user;
  std::string password;
};

// Runs on a thread of its own from construction to destruction; every function may be called from
// any thread.
class FakeProxy final {
 public:
  explicit FakeProxy(FakeProxyOptions options = {});
  ~FakeProxy();
  FakeProxy(const FakeProxy&) = delete;
  FakeProxy& operator=(const FakeProxy&) = delete;

  std::uint16_t port() const;
  std::string http_url() const;
  std::string socks_url() const;  // socks5h

  std::vector<ProxyCall> calls() const;
  std::size_t connections() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace gw::test
