#include "http/listener.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace gw::http {
namespace {

constexpr int kInherited = 3;

// Puts a descriptor where systemd would, and announces it; puts back what was there.
class Inheritance final {
 public:
  explicit Inheritance(int descriptor, const char* count = "1") : saved_(::dup(kInherited)) {
    ::dup2(descriptor, kInherited);
    ::setenv("LISTEN_FDS", count, 1);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  }
  ~Inheritance() {
    ::unsetenv("LISTEN_FDS");
    ::unsetenv("LISTEN_PID");
    ::close(kInherited);
    if (saved_ < 0) return;
    ::dup2(saved_, kInherited);
    ::close(saved_);
  }
  Inheritance(const Inheritance&) = delete;
  Inheritance& operator=(const Inheritance&) = delete;

 private:
  int saved_;
};

TEST(Listener, PicksAFreePortAndRefusesATakenOne) {
  asio::io_context io;
  const auto first = open_listener(io, "127.0.0.1", 0);
  ASSERT_TRUE(first) << first.error().message();
  const auto port = first->local_endpoint().port();
  EXPECT_NE(port, 0);

  const auto second = open_listener(io, "127.0.0.1", port);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message(),
            "cannot listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
}

TEST(Listener, FindsHostsByName) {
  asio::io_context io;
  EXPECT_TRUE(open_listener(io, "localhost", 0));
  EXPECT_FALSE(open_listener(io, "no host", 0));
}

TEST(Listener, TakesTheInheritedSocketAndForgetsWhereItCameFrom) {
  asio::io_context outer;
  auto given = open_listener(outer, "127.0.0.1", 0);
  ASSERT_TRUE(given);
  const auto port = given->local_endpoint().port();
  const Inheritance inheritance(given->native_handle());
  asio::io_context io;

  auto taken = open_listener(io, "127.0.0.1", 0);

  ASSERT_TRUE(taken) << taken.error().message();
  EXPECT_EQ(taken->local_endpoint().port(), port);
  EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
  taken->release();  // the descriptor belongs to `inheritance`
}

TEST(Listener, IgnoresSocketsOfAnotherProcess) {
  asio::io_context outer;
  auto given = open_listener(outer, "127.0.0.1", 0);
  ASSERT_TRUE(given);
  const auto port = given->local_endpoint().port();
  const Inheritance inheritance(given->native_handle());
  ::setenv("LISTEN_PID", "1", 1);
  asio::io_context io;

  const auto bound = open_listener(io, "127.0.0.1", 0);

  ASSERT_TRUE(bound);
  EXPECT_NE(bound->local_endpoint().port(), port);
}

TEST(Listener, RefusesWhatIsNoListeningSocketAndMoreThanOne) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  {
    const Inheritance inheritance(pipe_ends[0]);
    asio::io_context io;
    EXPECT_FALSE(open_listener(io, "127.0.0.1", 0));
  }
  {
    const Inheritance inheritance(pipe_ends[0], "2");
    asio::io_context io;
    EXPECT_FALSE(open_listener(io, "127.0.0.1", 0));
  }
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

}  // namespace
}  // namespace gw::http
