#include "app/kept_sessions.hpp"

#include "tests/support/memory_account_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace gw::app {
namespace {

class KeptSessionsTest : public testing::Test {
 protected:
  std::optional<Secret> load() { return test::run(io_, sessions_.load({"acc_me"})); }
  void save(std::string session) {
    const auto done = [](KeptSessions& sessions, Secret secret) -> Async<bool> {
      co_await sessions.save({"acc_me"}, std::move(secret));
      co_return true;
    };
    test::run(io_, done(sessions_, Secret(std::move(session))));
  }

  asio::io_context io_;
  test::MemoryAccountStore store_;
  test::RecordingLog log_;
  KeptSessions sessions_{store_, log_};
};

TEST_F(KeptSessionsTest, AreFoundAgain) {
  EXPECT_FALSE(load());
  save("the session");
  ASSERT_TRUE(load());
  EXPECT_EQ(load()->reveal(), "the session");
}

TEST_F(KeptSessionsTest, GoWithTheirAccount) {
  save("the session");
  ASSERT_TRUE(test::run(io_, store_.remove_account({"acc_me"})));
  EXPECT_FALSE(load());
}

TEST_F(KeptSessionsTest, AreNotKeptOnAFullDiskAndThatIsSaid) {
  store_.is_full = true;
  save("the session");
  store_.is_full = false;
  EXPECT_FALSE(load());
  EXPECT_EQ(log_.count("session_not_kept"), 1u);
}

}  // namespace
}  // namespace gw::app
