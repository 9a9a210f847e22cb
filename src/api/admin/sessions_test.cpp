#include "api/admin/sessions.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/manual_clock.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gw::api {
namespace {

using namespace std::chrono_literals;

class AdminSessionsTest : public testing::Test {
 protected:
  std::string open() { return sessions.open().id.reveal(); }

  test::ManualClock clock;
  test::CountingRandom random;
  AdminSessions sessions{clock, random};
};

TEST_F(AdminSessionsTest, AreFoundByTheirId) {
  const auto id = open();
  EXPECT_GE(id.size() * 5, 256u) << "bits";
  ASSERT_NE(sessions.use(id), nullptr);
  EXPECT_EQ(sessions.use(id)->csrf_token.reveal().size(), id.size());
  EXPECT_FALSE(sessions.use(id)->csrf_token.equals(id));
  EXPECT_EQ(sessions.use(id + "x"), nullptr);
  EXPECT_EQ(sessions.use(""), nullptr);
  sessions.close(id);
  EXPECT_EQ(sessions.use(id), nullptr);
}

TEST_F(AdminSessionsTest, EndWhenNobodyUsesThem) {
  const auto id = open();
  clock.advance(11h + 59min);
  EXPECT_NE(sessions.use(id), nullptr);
  clock.advance(11h + 59min);
  EXPECT_NE(sessions.use(id), nullptr) << "each use counts";
  clock.advance(12h);
  EXPECT_EQ(sessions.use(id), nullptr);
}

TEST_F(AdminSessionsTest, EndAfterAWeekHoweverMuchTheyAreUsed) {
  const auto id = open();
  EXPECT_EQ(sessions.use(id)->expires, clock.wall() + 7 * 24h);
  for (int hours = 0; hours < 7 * 24 - 6; hours += 6) {
    clock.advance(6h);
    EXPECT_NE(sessions.use(id), nullptr) << hours;
  }
  clock.advance(6h);
  EXPECT_EQ(sessions.use(id), nullptr);
}

TEST_F(AdminSessionsTest, AreBounded) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < AdminSessions::kMost; ++i) {
    ids.push_back(open());
    clock.advance(1s);
  }
  EXPECT_NE(sessions.use(ids[0]), nullptr);
  open();
  EXPECT_EQ(sessions.size(), AdminSessions::kMost);
  EXPECT_NE(sessions.use(ids[0]), nullptr);
  EXPECT_EQ(sessions.use(ids[1]), nullptr) << "unused for longest";
}

}  // namespace
}  // namespace gw::api
