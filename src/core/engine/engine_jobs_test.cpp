// Durable tasks: nobody has to wait for them, and a restart does not end them.
#include "tests/support/engine_rig.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::Ask;
using test::EngineRig;

std::shared_ptr<TaskSpec> job_spec(const Ask& ask = {}) {
  auto spec = test::spec_of(ask);
  RequestInfo request;
  request.id = RequestId{"request"};
  request.durability = Durability::durable;
  spec->request = std::make_shared<const RequestInfo>(std::move(request));
  return spec;
}

class EngineJobs : public testing::Test {
 protected:
  Result<std::vector<Ticket>> try_submit(std::shared_ptr<const TaskSpec> spec = job_spec()) {
    Wanted wanted;
    wanted.tasks = {std::move(spec)};
    wanted.patience = Patience::endless;
    wanted.repeat = Repeat::fresh;  // equal jobs are two jobs
    wanted.wake = [this] { ++rig.wakes; };
    return rig.engine.admit(std::move(wanted));
  }
  Ticket submit(std::shared_ptr<const TaskSpec> spec = job_spec()) {
    return std::move(try_submit(std::move(spec)).value().front());
  }
  // As it is done: nobody keeps the ticket.
  TaskId submit_and_go(std::shared_ptr<const TaskSpec> spec = job_spec()) {
    return submit(std::move(spec)).task();
  }
  UnfinishedTask unfinished(std::uint64_t id, bool sent = false) {
    UnfinishedTask task;
    task.id = TaskId{id};
    task.spec = job_spec();
    task.sent = sent;
    task.sent_at = rig.clock.wall();
    return task;
  }

  EngineRig rig{1, {.max_queued = 1, .max_queued_jobs = 3}};
};

TEST_F(EngineJobs, GoOnWhenNobodyWaits) {
  const auto first = submit_and_go();
  const auto second = submit_and_go();
  rig.pass(24h);
  EXPECT_EQ(rig.state(first), TaskState::leased);
  EXPECT_EQ(rig.state(second), TaskState::queued);
  rig.draw(first);
  EXPECT_EQ(rig.engine.find(first), nullptr) << "what became of it is read from the journal";
  EXPECT_EQ(rig.state(second), TaskState::leased);
}

TEST_F(EngineJobs, HaveNoDeadline) {
  const auto blocking = submit();
  const auto waiting = submit();
  rig.pass(24h);
  EXPECT_FALSE(waiting.ready());
  EXPECT_EQ(rig.wakes, 0);
}

TEST_F(EngineJobs, OutliveTheDeadlineOfAPlainCallThatJoined) {
  const auto blocking = submit();
  const auto job = submit_and_go(job_spec({.key = "k"}));
  auto joined = rig.ask({.key = "k"});
  EXPECT_EQ(joined.task(), job);
  rig.pass(601s);
  EXPECT_TRUE(joined.ready());
  EXPECT_EQ(joined.outcome().error().kind(), ErrorKind::queue_timeout);
  EXPECT_EQ(rig.state(job), TaskState::queued);
}

TEST_F(EngineJobs, ThatWereToldToWaitAreNotParked) {
  const auto task = submit_and_go();
  rig.engine.sending(task);
  rig.engine.answered(task, std::unexpected(test::busy()));
  EXPECT_EQ(rig.state(task), TaskState::queued);
  rig.pass(1h);
  EXPECT_EQ(rig.state(task), TaskState::leased);
}

TEST_F(EngineJobs, AreCountedApartFromPlainCalls) {
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(try_submit()) << "one is leased, three wait";
  EXPECT_EQ(try_submit().error().kind(), ErrorKind::queue_full);
  EXPECT_EQ(rig.engine.counts().queued_jobs, 3u);
  const auto plain = rig.ask({.work = 2});
  EXPECT_EQ(rig.try_ask({.work = 3}).error().kind(), ErrorKind::queue_full);
}

TEST_F(EngineJobs, DoNotJoinAPlainCallWithTheirIdempotencyKey) {
  const auto plain = rig.ask({.key = "k"});
  const auto refused = try_submit(job_spec({.key = "k"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "Idempotency-Key");
}

// --- the end that their owner wants

TEST_F(EngineJobs, CanBeCancelledWhileTheyWait) {
  const auto running = submit();
  const auto waiting = submit();
  EXPECT_TRUE(rig.engine.cancel(waiting.task()));
  EXPECT_EQ(rig.state(waiting), TaskState::cancelled);
  ASSERT_FALSE(waiting.outcome());
  EXPECT_EQ(waiting.outcome().error().kind(), ErrorKind::cancelled);
  EXPECT_EQ(rig.journal.of(waiting.task()).back(), "settled cancelled");
  EXPECT_EQ(rig.engine.counts().queued_jobs, 0u);
}

TEST_F(EngineJobs, ThatWereLeasedGoOn) {
  const auto running = submit();
  EXPECT_FALSE(rig.engine.cancel(running.task()));
  EXPECT_EQ(rig.state(running), TaskState::leased);
  EXPECT_FALSE(rig.engine.cancel(TaskId{999}));
}

// --- restart

TEST_F(EngineJobs, OfAnEarlierProcessGoOnInTheirOrder) {
  rig.engine.restore({unfinished(7), unfinished(9)}, {}, TaskId{12});
  EXPECT_EQ(rig.state(TaskId{7}), TaskState::leased);
  EXPECT_EQ(rig.state(TaskId{9}), TaskState::queued);
  EXPECT_EQ(submit_and_go(), TaskId{13}) << "numbers are never given twice";
  EXPECT_TRUE(rig.journal.of(TaskId{7}).empty()) << "the journal has that already";
}

TEST_F(EngineJobs, ThatWereSentAreUnknownAndTheirSlotUnsure) {
  rig.engine.restore({unfinished(7, true), unfinished(8)}, {}, TaskId{8});
  EXPECT_EQ(rig.journal.of(TaskId{7}), (std::vector<std::string>{"settled unknown"}));
  EXPECT_EQ(rig.slots().unsure(), 1u);
  EXPECT_EQ(rig.state(TaskId{8}), TaskState::queued) << "the only slot may be taken";
  rig.pass(30s);
  EXPECT_EQ(rig.state(TaskId{8}), TaskState::leased) << "one real request tries it";
}

TEST_F(EngineJobs, ThatWereSentLongAgoHoldNoSlot) {
  auto old = unfinished(7, true);
  old.sent_at -= 331s;
  rig.engine.restore({old}, {}, TaskId{7});
  EXPECT_EQ(rig.slots().unsure(), 0u);
}

TEST_F(EngineJobs, AFurtherRestartDoesNotForgetAnUnsureSlot) {
  const auto now = rig.clock.wall();
  rig.engine.restore({}, {{rig.host, now - 60s}, {rig.host, now - 331s}}, TaskId{7});
  EXPECT_EQ(rig.slots().unsure(), 1u);
  const auto waiting = submit_and_go();
  EXPECT_EQ(rig.state(waiting), TaskState::queued);
  rig.pass(270s);
  EXPECT_EQ(rig.state(waiting), TaskState::leased);
}

TEST_F(EngineJobs, WhosePictureHasComeAreDone) {
  auto drawn = unfinished(7, true);
  drawn.found = StoredPicture{PictureId{"p"}, ImageFormat::png, 3, rig.clock.wall()};
  rig.engine.restore({drawn}, {}, TaskId{7});
  EXPECT_EQ(rig.journal.of(TaskId{7}), (std::vector<std::string>{"settled done"}));
  EXPECT_EQ(rig.slots().unsure(), 0u);
}

TEST_F(EngineJobs, OfAnUpstreamThatIsNoLongerConfiguredFail) {
  auto task = unfinished(7);
  task.spec = job_spec({.host = "gone.example.com"});
  rig.engine.restore({task}, {}, TaskId{7});
  EXPECT_EQ(rig.journal.of(TaskId{7}), (std::vector<std::string>{"settled failed"}));
  EXPECT_EQ(rig.engine.known_tasks(), 0u);
}

// --- single flight and what was there already

class EngineSharing : public testing::Test {
 protected:
  std::shared_ptr<TaskSpec> drawing(const std::string& caller, std::uint8_t key) {
    auto spec = test::spec_of({.caller = caller});
    spec->key = CallerId{"key"};
    spec->cache_key = Sha256{key};
    return spec;
  }
  Ticket want(std::shared_ptr<const TaskSpec> spec,
              std::optional<StoredPicture> recalled = std::nullopt) {
    Wanted wanted;
    wanted.tasks = {std::move(spec)};
    wanted.recalled = {std::move(recalled)};
    wanted.share_drawings = true;
    return std::move(rig.engine.admit(std::move(wanted)).value().front());
  }
  EngineRig rig;
};

TEST_F(EngineSharing, EqualDrawingsOfOneKeyAreOneTask) {
  const auto first = want(drawing("alice", 1));
  const auto second = want(drawing("bob", 1));
  const auto other = want(drawing("bob", 2));
  EXPECT_EQ(second.task(), first.task());
  EXPECT_EQ(second.kind(), TicketKind::shared);
  EXPECT_NE(other.task(), first.task());
  rig.draw(first);
  EXPECT_TRUE(second.outcome());
  EXPECT_EQ(rig.engine.counts().shared, 1u);
}

TEST_F(EngineSharing, IsNeverAcrossKeys) {
  const auto first = want(drawing("alice", 1));
  auto foreign = drawing("alice", 1);
  foreign->key = CallerId{"another key"};
  EXPECT_NE(want(foreign).task(), first.task());
}

TEST_F(EngineSharing, KeepsApartWhatIsNotToBeKept) {
  const auto kept = want(drawing("alice", 1));
  auto fleeting = drawing("alice", 1);
  RequestInfo request;
  request.keeping = Keeping::deliver_only;
  fleeting->request = std::make_shared<const RequestInfo>(request);
  EXPECT_NE(want(fleeting).task(), kept.task());
}

TEST_F(EngineSharing, IsNeverOfAJob) {
  auto job = drawing("alice", 1);
  RequestInfo request;
  request.durability = Durability::durable;
  job->request = std::make_shared<const RequestInfo>(request);
  const auto first = want(job);
  EXPECT_NE(want(drawing("bob", 1)).task(), first.task());
}

TEST_F(EngineSharing, APictureThatIsThereNeedsNoSlotAndNoJournal) {
  const auto running = rig.ask();
  const StoredPicture picture{PictureId{"p"}, ImageFormat::png, 3, {}};
  const auto recalled = want(drawing("alice", 1), picture);
  EXPECT_TRUE(recalled.ready());
  EXPECT_EQ(recalled.outcome().value()->stored->id, picture.id);
  EXPECT_EQ(recalled.kind(), TicketKind::recalled);
  EXPECT_TRUE(rig.journal.of(recalled.task()).empty());
  EXPECT_EQ(rig.engine.counts().recalled, 1u);
}

}  // namespace
}  // namespace gw
