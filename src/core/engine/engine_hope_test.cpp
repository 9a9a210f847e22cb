// Requests whose turn would come after their client has gone.
#include "core/engine/engine.hpp"
#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::EngineRig;

class EngineHope : public testing::Test {
 protected:
  Result<std::vector<Ticket>> ask(int work, std::optional<std::chrono::seconds> gives_up_after,
                                  Repeat repeat = Repeat::perhaps) {
    Wanted wanted;
    wanted.tasks = {test::spec_of({.work = work, .typical = 60s})};
    wanted.repeat = repeat;
    wanted.gives_up_after = gives_up_after;
    return rig.engine.admit(std::move(wanted));
  }
  EngineRig rig;
};

TEST_F(EngineHope, IsToldAtOnceWhenThereIsNone) {
  const auto running = rig.ask({.work = 1});
  const auto refused = ask(2, 29s);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::queue_full);
  EXPECT_TRUE(refused.error().retry_useless());
  for (const auto* word : {"30 s", "29 s", "Prefer: respond-async"})
    EXPECT_THAT(refused.error().message(), testing::HasSubstr(word));
  EXPECT_EQ(rig.engine.counts().refused, 1u);
  EXPECT_EQ(rig.engine.known_tasks(), 1u);
}

TEST_F(EngineHope, IsLeftToWhoHasTheTimeOrDoesNotSay) {
  const auto running = rig.ask({.work = 1});
  EXPECT_TRUE(ask(2, 30s));
  EXPECT_TRUE(ask(3, std::nullopt));
}

TEST_F(EngineHope, IsThereWhileASlotIsFree) {
  EXPECT_TRUE(ask(1, 1s));
}

TEST_F(EngineHope, IsThereForWhatJoinsWorkThatIsUnderWay) {
  const auto running = rig.ask({.work = 1});
  EXPECT_TRUE(ask(1, 1s, Repeat::marked));
}

TEST_F(EngineHope, IsThereForWhatWasThereAlready) {
  const auto running = rig.ask({.work = 1});
  Wanted wanted;
  wanted.tasks = {test::spec_of({.work = 2})};
  wanted.recalled = {StoredPicture{PictureId{"p"}, ImageFormat::png, 3, {}}};
  wanted.gives_up_after = 1s;
  EXPECT_TRUE(rig.engine.admit(std::move(wanted)));
}

}  // namespace
}  // namespace gw
