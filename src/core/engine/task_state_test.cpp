#include "core/engine/task_state.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace gw {
namespace {

using enum TaskState;

constexpr TaskState kAll[] = {queued, parked, leased,    sent,   saving,
                              done,   failed, cancelled, unknown};

// The drawing in the design, arrow by arrow.
TEST(TaskState, OnlyTheArrowsOfTheDesignExist) {
  const std::set<std::pair<TaskState, TaskState>> arrows{
      {queued, leased}, {queued, parked},    {queued, failed}, {queued, cancelled},
      {parked, queued}, {parked, cancelled}, {leased, sent},   {leased, queued},
      {leased, parked}, {leased, failed},    {sent, saving},   {sent, queued},
      {sent, parked},   {sent, failed},      {sent, unknown},  {saving, done}};
  for (const auto from : kAll) {
    for (const auto to : kAll) {
      EXPECT_EQ(may_move(from, to), arrows.contains({from, to}))
          << to_string(from) << " to " << to_string(to);
    }
  }
}

TEST(TaskState, NothingLeavesAFinalState) {
  for (const auto from : {done, failed, cancelled, unknown}) {
    EXPECT_TRUE(is_final(from));
    for (const auto to : kAll) EXPECT_FALSE(may_move(from, to));
  }
}

TEST(TaskState, ASlotIsHeldWhileLeasedAndSent) {
  for (const auto state : kAll) EXPECT_EQ(is_running(state), state == leased || state == sent);
}

TEST(TaskState, EveryStateHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (const auto state : kAll) words.insert(to_string(state));
  EXPECT_EQ(words.size(), std::size(kAll));
}

}  // namespace
}  // namespace gw
