#include "core/engine/dispatcher.hpp"

#include "tests/support/engine_loop.hpp"
#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::Ask;
using test::EngineLoop;
using test::FakeProvider;
using test::spec_of;
using testing::ElementsAre;

class DispatcherTest : public testing::Test {
 protected:
  explicit DispatcherTest(EngineOptions options = {}) : loop(clock, options) { loop.add(provider); }
  void TearDown() override { loop.close(); }

  Ticket ask(const Ask& ask = {}) {
    Wanted wanted;
    wanted.tasks = {spec_of(ask)};
    wanted.repeat = ask.repeat;
    wanted.wait_for = ask.wait_for;
    return std::move(loop.engine.admit(std::move(wanted)).value().front());
  }
  TaskState state(const Ticket& ticket) { return loop.engine.record(ticket.task()).state; }
  const HostSlots& slots() { return loop.engine.slots(provider.host()); }

  test::ManualClock clock;
  EngineLoop loop;
  FakeProvider provider{loop.io.get_executor(), {.limit = 1}};
};

TEST_F(DispatcherTest, ATaskIsDrawnStoredAndSettled) {
  const auto ticket = ask({.wait_for = WaitFor::file});
  loop.turn();
  ASSERT_TRUE(ticket.ready());
  const auto* outcome = ticket.outcome().value();
  ASSERT_TRUE(outcome->stored);
  EXPECT_EQ(loop.blobs.bytes_of(outcome->stored->file_name()), *outcome->picture->bytes);
  EXPECT_THAT(loop.journal.of(ticket.task()), ElementsAre("intent", "sent 1", "settled done"));
  EXPECT_EQ(loop.dispatcher.running(), 0u);
}

TEST_F(DispatcherTest, TheEngineIsNotCalledBackWhileItStartsATask) {
  const auto ticket = ask();
  EXPECT_EQ(state(ticket), TaskState::leased);
  EXPECT_TRUE(provider.orders().empty());
  EXPECT_EQ(loop.dispatcher.running(), 1u);
}

TEST_F(DispatcherTest, ThePictureIsThereBeforeItsFileIs) {
  loop.blobs.hold_writes(loop.io.get_executor());
  const auto ticket = ask();
  loop.turn();
  EXPECT_EQ(state(ticket), TaskState::saving);
  EXPECT_TRUE(ticket.ready());
  EXPECT_EQ(slots().held(), 0u);
  loop.blobs.release_writes();
  loop.turn();
  EXPECT_EQ(state(ticket), TaskState::done);
}

TEST_F(DispatcherTest, WhatWaitsIsDrawnWhenASlotComesBack) {
  provider.hold();
  const auto first = ask();
  const auto second = ask({.work = 2});
  loop.turn();
  EXPECT_EQ(provider.orders().size(), 1u);
  provider.release();
  loop.turn();
  EXPECT_EQ(state(first), TaskState::done);
  EXPECT_EQ(state(second), TaskState::done);
}

TEST_F(DispatcherTest, EachHostHasItsProvider) {
  FakeProvider other(loop.io.get_executor(),
                     {.name = "other", .host = HostId{"other.example.com"}, .limit = 1});
  loop.add(other);
  const auto here = ask();
  const auto there = ask({.host = "other.example.com"});
  loop.turn();
  EXPECT_EQ(provider.orders().size(), 1u);
  EXPECT_EQ(other.orders().size(), 1u);
}

TEST_F(DispatcherTest, AFailureOfTheProviderIsTheTasks) {
  provider.fail_next(test::refused(ErrorKind::content_rejected));
  const auto ticket = ask();
  loop.turn();
  EXPECT_EQ(state(ticket), TaskState::failed);
  EXPECT_EQ(ticket.outcome().error().kind(), ErrorKind::content_rejected);
  EXPECT_EQ(loop.blobs.writes(), 0u);
}

TEST_F(DispatcherTest, ATaskThatWasToldToWaitIsDrawnLater) {
  provider.fail_next(test::busy());
  const auto ticket = ask();
  loop.turn();
  EXPECT_EQ(state(ticket), TaskState::queued);
  clock.advance(3s);
  loop.engine.advance();
  loop.turn();
  EXPECT_EQ(state(ticket), TaskState::done);
  EXPECT_EQ(provider.orders().size(), 2u);
}

TEST_F(DispatcherTest, APictureThatCannotBeStoredIsStillAnswered) {
  loop.blobs.faults.write = true;
  const auto ticket = ask({.wait_for = WaitFor::file});
  loop.turn();
  ASSERT_TRUE(ticket.ready());
  EXPECT_TRUE(ticket.outcome().value()->picture);
  EXPECT_EQ(ticket.outcome().value()->error->kind(), ErrorKind::storage_unavailable);
  EXPECT_EQ(state(ticket), TaskState::done);
}

// --- a provider with a bug

TEST_F(DispatcherTest, AThrowingProviderFailsItsTaskAndIsLogged) {
  provider.next({.ending = FakeProvider::Throws{}, .sends = FakeProvider::Sends::never});
  const auto ticket = ask();
  loop.turn();
  EXPECT_EQ(state(ticket), TaskState::failed);
  EXPECT_EQ(ticket.outcome().error().kind(), ErrorKind::internal);
  EXPECT_EQ(loop.log.count("bug"), 1u);
  EXPECT_EQ(loop.dispatcher.running(), 0u);
}

TEST_F(DispatcherTest, WhatAThrowingProviderHasSentIsUnknownAndItsSlotUnsure) {
  provider.next({.ending = FakeProvider::Throws{}});
  const auto ticket = ask();
  loop.turn();
  EXPECT_EQ(state(ticket), TaskState::unknown);
  EXPECT_EQ(slots().held(), 0u);
  EXPECT_EQ(slots().unsure(), 1u);
}

TEST_F(DispatcherTest, ABugOfOneTaskDoesNotTouchTheNext) {
  provider.next({.ending = FakeProvider::Throws{}});
  const auto broken = ask();
  loop.turn();
  clock.advance(330s);
  const auto next = ask({.work = 2});
  loop.turn();
  EXPECT_EQ(state(next), TaskState::done);
}

TEST_F(DispatcherTest, AProviderThatSendsTwiceIsSentOnce) {
  provider.next({.sends = FakeProvider::Sends::twice});
  const auto ticket = ask();
  loop.turn();
  EXPECT_THAT(loop.journal.of(ticket.task()), ElementsAre("intent", "sent 1", "settled done"));
}

TEST_F(DispatcherTest, APictureThatWasNeverSentForIsABugAndTheSlotComesBack) {
  provider.next({.sends = FakeProvider::Sends::never});
  const auto ticket = ask();
  loop.turn();
  EXPECT_EQ(loop.log.count("bug"), 1u);
  EXPECT_EQ(slots().held(), 0u);
  EXPECT_EQ(loop.dispatcher.running(), 0u);
}

// --- memory

class DispatcherWithLittleMemory : public DispatcherTest {
 protected:
  DispatcherWithLittleMemory() : DispatcherTest({.max_picture_bytes = 10}) {}
};

TEST_F(DispatcherWithLittleMemory, APictureThatNobodyFetchesDoesNotStopTheOthers) {
  const auto first = ask();
  const auto second = ask({.work = 2});
  loop.turn();
  EXPECT_EQ(state(first), TaskState::done);
  EXPECT_EQ(state(second), TaskState::done);
}

class FixedUpload final : public Upload {
 public:
  explicit FixedUpload(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Task<SharedBytes> read() const override { co_return share(bytes_); }

 private:
  std::string bytes_;
};

TEST_F(DispatcherWithLittleMemory, ReferencesCountWhileTheyAreDrawnFrom) {
  const auto edit = [this](int work) {
    auto spec = spec_of({.work = work});
    Reference reference;
    reference.upload = std::make_shared<FixedUpload>("0123456789");
    spec->references = {reference};
    spec->mask = reference;
    Wanted wanted;
    wanted.tasks = {std::move(spec)};
    return std::move(loop.engine.admit(std::move(wanted)).value().front());
  };
  provider.hold();
  const auto first = edit(1);
  EXPECT_EQ(loop.engine.pictures_in_memory().used(), 0u) << "they wait on disk";
  loop.turn();
  EXPECT_EQ(loop.engine.pictures_in_memory().used(), 20u);
  const auto second = edit(2);
  provider.release();
  loop.turn();
  EXPECT_EQ(state(first), TaskState::done);
  EXPECT_EQ(state(second), TaskState::done) << "a spent budget lets one at a time go on";
}

// --- real time

class DispatcherInRealTime : public testing::Test {
 protected:
  void TearDown() override { loop.close(); }

  SystemClock clock;
  EngineLoop loop{clock, {.park_time = 0s}};
  FakeProvider provider{loop.io.get_executor(), {.limit = 1}};
};

TEST_F(DispatcherInRealTime, TheLoopsOwnTimerTurnsTheEngine) {
  loop.add(provider);
  provider.hold();
  Wanted running;
  running.tasks = {spec_of({})};
  const auto ticket = loop.engine.admit(std::move(running)).value();
  {
    Wanted leaves;
    leaves.tasks = {spec_of({.work = 2})};
    const auto gone = loop.engine.admit(std::move(leaves)).value();
  }
  EXPECT_EQ(loop.engine.counts().parked, 1u);
  loop.until([this] { return loop.engine.counts().parked == 0; });
  EXPECT_EQ(loop.engine.counts().settled.at(TaskState::cancelled), 1u);
}

// --- stopping

class DispatcherStop : public DispatcherTest {
 protected:
  void stop(SteadyTime deadline) { loop.clients.spawn(stop_and_note(deadline)); }
  Async<void> stop_and_note(SteadyTime deadline) {
    co_await loop.dispatcher.stop(deadline);
    stopped = true;
  }
  bool stopped = false;
};

TEST_F(DispatcherStop, WaitsForWhatIsBeingDrawnAndStored) {
  provider.hold();
  loop.blobs.hold_writes(loop.io.get_executor());
  const auto ticket = ask();
  loop.turn();
  stop(SteadyTime::max());
  loop.turn();
  EXPECT_FALSE(stopped);
  provider.release();
  loop.turn();
  EXPECT_FALSE(stopped);
  loop.blobs.release_writes();
  loop.turn();
  EXPECT_TRUE(stopped);
  EXPECT_EQ(state(ticket), TaskState::done);
}

TEST_F(DispatcherStop, CancelsWhatIsStillDrawnAtTheDeadline) {
  provider.hold();
  const auto ticket = ask();
  loop.turn();
  stop(SteadyTime::min());
  loop.turn();
  EXPECT_TRUE(stopped);
  EXPECT_EQ(loop.dispatcher.running(), 0u);
  EXPECT_EQ(loop.log.count("bug"), 0u);
}

TEST_F(DispatcherStop, BytesThatAreLetGoAfterwardsAreNobodysConcern) {
  auto ticket = std::optional(ask());
  loop.turn();
  stop(SteadyTime::min());
  loop.turn();
  ticket.reset();
  loop.turn();
  EXPECT_TRUE(stopped);
}

}  // namespace
}  // namespace gw
