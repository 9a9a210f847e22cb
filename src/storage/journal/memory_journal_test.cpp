#include "storage/journal/memory_journal.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

class MemoryJournalTest : public testing::Test {
 protected:
  void append(JournalStep step, std::uint64_t task) {
    JournalEntry entry;
    entry.step = step;
    entry.task = TaskId{task};
    journal.append(entry);
  }

  MemoryJournal journal;
};

TEST_F(MemoryJournalTest, IsEmptyAtFirst) {
  EXPECT_EQ(journal.open_tasks(), 0u);
  EXPECT_EQ(journal.unsettled_sends(), 0u);
}

TEST_F(MemoryJournalTest, AnIntentIsOpenAndNotSent) {
  append(JournalStep::intent, 1);
  EXPECT_EQ(journal.open_tasks(), 1u);
  EXPECT_EQ(journal.unsettled_sends(), 0u);
}

TEST_F(MemoryJournalTest, ASentTaskIsUnsettled) {
  append(JournalStep::intent, 1);
  append(JournalStep::intent, 2);
  append(JournalStep::sent, 1);
  EXPECT_EQ(journal.open_tasks(), 2u);
  EXPECT_EQ(journal.unsettled_sends(), 1u);
}

TEST_F(MemoryJournalTest, ARepeatedTryIsTheSameTask) {
  append(JournalStep::intent, 1);
  append(JournalStep::sent, 1);
  append(JournalStep::sent, 1);
  EXPECT_EQ(journal.unsettled_sends(), 1u);
}

TEST_F(MemoryJournalTest, ASettledTaskIsForgotten) {
  append(JournalStep::intent, 1);
  append(JournalStep::sent, 1);
  append(JournalStep::settled, 1);
  EXPECT_EQ(journal.open_tasks(), 0u);
  EXPECT_EQ(journal.unsettled_sends(), 0u);
}

TEST_F(MemoryJournalTest, ATaskMayBeSettledWithoutHavingBeenSent) {
  append(JournalStep::intent, 1);
  append(JournalStep::settled, 1);
  EXPECT_EQ(journal.open_tasks(), 0u);
}

}  // namespace
}  // namespace gw
