#include "core/jobs/job_desk.hpp"

#include "tests/support/engine_rig.hpp"
#include "tests/support/job_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::a_cat;
using test::JobDisk;
using test::JobRig;
using testing::ElementsAre;
using testing::IsEmpty;

RepeatMarks with_key(std::string key) {
  RepeatMarks marks;
  marks.idempotency_key = std::move(key);
  return marks;
}

RepeatMarks again() {
  RepeatMarks marks;
  marks.retry_count = 1;
  return marks;
}

// A picture of a client, as it lies in the spool.
class Sent final : public Upload {
 public:
  explicit Sent(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Task<SharedBytes> read() const override { co_return share(bytes_); }

 private:
  std::string bytes_;
};

Reference sent(std::string bytes) {
  return {.upload = std::make_shared<Sent>(bytes),
          .format = ImageFormat::png,
          .size = {64, 64},
          .digest = sha256(bytes)};
}

std::vector<JobStatus> statuses(const Job& job) {
  std::vector<JobStatus> all;
  for (const auto& picture : job.pictures) all.push_back(picture.status);
  return all;
}

class JobDeskTest : public testing::Test {
 protected:
  void restart() {
    rig.reset();
    rig = std::make_unique<JobRig>(disk);
    rig->recover();
  }
  Result<Job> retry(const RequestId& id) { return rig->run(rig->desk.retry(owner(), id)); }
  Result<Job> cancel(const RequestId& id) { return rig->run(rig->desk.cancel(owner(), id)); }
  Result<void> remove(const RequestId& id) { return rig->run(rig->desk.remove(owner(), id)); }
  CallerId owner() const { return rig->context.caller; }
  // A job that was sent, and whose answer no process has seen.
  RequestId unknown_job() {
    rig->provider.hold();
    const auto id = rig->submit();
    rig->turn();
    restart();
    return id;
  }

  JobDisk disk;
  std::unique_ptr<JobRig> rig = std::make_unique<JobRig>(disk);
};

// --- handing in

TEST_F(JobDeskTest, AJobIsOnDiskBeforeItIsPromisedAndIsDrawnAlone) {
  rig->journal.lazy = true;
  rig->provider.hold();
  const auto submitted = rig->try_submit(a_cat(2)).value();
  EXPECT_FALSE(submitted.repeated);
  EXPECT_EQ(submitted.job.info.n, 2);
  EXPECT_EQ(submitted.job.info.prompt, "a cat");
  EXPECT_TRUE(disk.records.requests.contains(submitted.job.info.id.value));

  rig->journal.lazy = false;
  rig->provider.release();
  rig->until_is(submitted.job.info.id, JobStatus::succeeded);
  const auto job = rig->get(submitted.job.info.id);
  EXPECT_EQ(job.finished, rig->clock.wall());
  EXPECT_FALSE(job.error);
  EXPECT_EQ(rig->provider.orders().size(), 2u);
}

TEST_F(JobDeskTest, WhatCannotBePromisedIsNotDrawn) {
  rig->provider.hold();
  rig->submit();
  rig->turn();
  rig->journal.refusing = true;
  const auto refused = rig->try_submit(a_cat(2));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::storage_unavailable);
  rig->journal.refusing = false;
  rig->provider.release();
  rig->until([&] { return rig->engine.known_tasks() == 0; });
  EXPECT_EQ(rig->provider.orders().size(), 1u);
}

TEST_F(JobDeskTest, NoJobIsTakenWhilePicturesCannotBeStored) {
  disk.blobs.faults.write = true;
  const auto id = rig->submit();
  rig->until([&] { return !rig->results.accepting(); });
  EXPECT_EQ(rig->status(id), JobStatus::running)
      << "its picture is paid for, and waits for the disk";
  const auto refused = rig->try_submit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::storage_unavailable);
}

TEST_F(JobDeskTest, WhatTheModelCannotDoIsRefusedAtOnce) {
  auto request = a_cat();
  request.steps = 11;
  const auto refused = rig->try_submit(std::move(request));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "steps");
  EXPECT_THAT(disk.records.requests, IsEmpty());
}

TEST_F(JobDeskTest, TwoEqualRequestsAreTwoJobs) {
  rig->provider.hold();
  const auto first = rig->submit();
  rig->turn();
  EXPECT_NE(rig->submit(), first);
}

TEST_F(JobDeskTest, ASecondTryOfTheSameClientFindsItsJob) {
  rig->provider.hold();
  rig->submit(a_cat(3));
  const auto waiting = rig->submit();
  const auto repeat = rig->try_submit(a_cat(), again()).value();
  EXPECT_EQ(repeat.job.info.id, waiting);
  EXPECT_TRUE(repeat.repeated);
  rig->clock.advance(200s);
  EXPECT_NE(rig->submit(a_cat(), again()), waiting) << "too long ago to be a repeat";
}

TEST_F(JobDeskTest, AnIdempotencyKeyStandsForOneJobWhateverBecameOfIt) {
  rig->provider.hold();
  const auto id = rig->submit(a_cat(), with_key("k"));
  EXPECT_EQ(rig->submit(a_cat(), with_key("k")), id) << "while it lives";
  rig->provider.release();
  rig->until_is(id, JobStatus::succeeded);
  const auto repeat = rig->try_submit(a_cat(), with_key("k")).value();
  EXPECT_EQ(repeat.job.info.id, id) << "when it is over";
  EXPECT_TRUE(repeat.repeated);
  restart();
  EXPECT_EQ(rig->submit(a_cat(), with_key("k")), id) << "in another process";
  EXPECT_EQ(disk.records.requests.size(), 1u);
  EXPECT_THAT(rig->provider.orders(), IsEmpty());
}

TEST_F(JobDeskTest, AnIdempotencyKeyOfSomethingElseIsRefused) {
  const auto expect_refusal = [&](GenerationRequest request, const char* why) {
    const auto refused = rig->try_submit(std::move(request), with_key("k"));
    ASSERT_FALSE(refused) << why;
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request) << why;
    EXPECT_EQ(refused.error().param(), "Idempotency-Key") << why;
  };
  rig->provider.hold();
  const auto id = rig->submit(a_cat(), with_key("k"));
  expect_refusal(a_cat(2), "while it lives");
  rig->provider.release();
  rig->until_is(id, JobStatus::succeeded);
  expect_refusal(a_cat(2), "when it is over");
  disk.records.requests.clear();
  AnswerRow answer;
  answer.owner = owner();
  answer.idempotency_key = "k";
  disk.records.all_answers = {answer};
  expect_refusal(a_cat(), "a plain call has had it");
}

TEST_F(JobDeskTest, TwoAtTheSameTimeWithOneKeyAreOneJob) {
  rig->provider.hold();
  std::vector<RequestId> ids;
  const auto submit = [&]() -> Async<void> {
    auto submitting = rig->desk.submit(a_cat(), with_key("k"), rig->context);
    const auto submitted = co_await std::move(submitting);
    ids.push_back(submitted.value().job.info.id);
  };
  for (int i = 0; i < 3; ++i) rig->clients.spawn(submit());
  rig->until([&] { return ids.size() == 3; });
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(ids[0], ids[2]);
  EXPECT_EQ(disk.records.requests.size(), 1u);
}

TEST_F(JobDeskTest, PicturesToWorkFromAreKeptAndFoundAfterARestart) {
  rig->provider.hold();
  rig->submit();
  auto request = a_cat();
  request.references = {sent("first"), sent("second")};
  const auto id = rig->submit(std::move(request));
  EXPECT_EQ(disk.input_blobs.count(), 2u);
  restart();
  rig->clock.advance(400s);  // the slot of the first is free again
  rig->engine.advance();
  rig->until_is(id, JobStatus::succeeded);
  const auto& references = rig->provider.orders().back().references;
  ASSERT_EQ(references.size(), 2u);
  EXPECT_EQ(*references[0], "first");
  EXPECT_EQ(*references[1], "second");
}

TEST_F(JobDeskTest, PicturesOfAJobThatIsRefusedAreNotKept) {
  rig.reset();
  rig = std::make_unique<JobRig>(disk, EngineOptions{.max_queued_jobs = 1});
  rig->provider.hold();
  rig->submit();
  rig->turn();
  rig->submit();
  auto request = a_cat();
  request.references = {sent("first")};
  const auto refused = rig->try_submit(std::move(request));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::queue_full);
  EXPECT_EQ(disk.input_blobs.count(), 0u);
}

TEST_F(JobDeskTest, PicturesThatCannotBeKeptMakeNoJob) {
  disk.input_blobs.faults.write = true;
  auto request = a_cat();
  request.references = {sent("first")};
  const auto refused = rig->try_submit(std::move(request));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_EQ(rig->engine.known_tasks(), 0u);
}

// --- asking

TEST_F(JobDeskTest, AJobSaysWhereItStands) {
  rig->provider.hold();
  const auto running = rig->submit();
  const auto first = rig->submit();
  const auto second = rig->submit();
  rig->turn();
  EXPECT_EQ(rig->status(running), JobStatus::running);
  EXPECT_EQ(rig->get(running).started, rig->clock.wall());
  EXPECT_EQ(rig->get(running).position, 0u);
  const auto job = rig->get(second);
  EXPECT_EQ(job.status, JobStatus::queued);
  EXPECT_EQ(job.position, 2u);
  EXPECT_EQ(job.queue_length, 2u);
  EXPECT_EQ(rig->get(first).position, 1u);
  EXPECT_FALSE(job.started);
}

TEST_F(JobDeskTest, WhatTheDiskDoesNotKnowYetTheEngineKnows) {
  rig->provider.hold();
  const auto first = rig->submit(a_cat(2));
  rig->turn();
  rig->journal.lazy = true;
  rig->provider.release();
  rig->until([&] { return rig->provider.orders().size() == 2; });
  EXPECT_EQ(rig->status(first), JobStatus::running);
  rig->journal.lazy = false;
  rig->journal.flush();
  rig->until_is(first, JobStatus::succeeded);
}

TEST_F(JobDeskTest, AnothersJobIsLikeOneThatNeverWas) {
  const auto id = rig->submit();
  rig->until_is(id, JobStatus::succeeded);
  const auto unknown = rig->try_get(RequestId{"nothing"});
  rig->context.caller = CallerId{"key 2"};
  const auto foreign = rig->try_get(id);
  ASSERT_FALSE(unknown);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().kind(), ErrorKind::not_found);
  EXPECT_EQ(foreign.error().message(), unknown.error().message());
  for (const auto& refused : {cancel(id).error(), remove(id).error(), retry(id).error()})
    EXPECT_EQ(refused.message(), unknown.error().message());
}

TEST_F(JobDeskTest, ListsByStatusAndPage) {
  rig->provider.fail_next(test::refused());
  const auto failed = rig->submit();
  rig->until_is(failed, JobStatus::failed);
  rig->clock.advance(1s);
  const auto made = rig->submit();
  rig->until_is(made, JobStatus::succeeded);
  const auto ids = [&](JobQuery query) {
    query.owner = owner();
    std::vector<RequestId> found;
    const auto list = rig->run(rig->desk.list(std::move(query))).value();
    for (const auto& job : list.jobs) found.push_back(job.info.id);
    return found;
  };
  EXPECT_THAT(ids({}), ElementsAre(made, failed));
  EXPECT_THAT(ids({.status = JobStatus::failed}), ElementsAre(failed));
  EXPECT_THAT(ids({.limit = 1}), ElementsAre(made));
}

TEST_F(JobDeskTest, AWaitEndsWithTheJobOrWithItsTime) {
  rig->provider.hold();
  const auto id = rig->submit();
  const auto early = rig->run(rig->desk.wait(owner(), id, 1ms)).value();
  EXPECT_EQ(early.status, JobStatus::running);
  std::optional<Job> job;
  const auto wait = [&]() -> Async<void> {
    job = (co_await rig->desk.wait(owner(), id, 60s)).value();
  };
  rig->clients.spawn(wait());
  rig->turn();
  EXPECT_FALSE(job);
  rig->provider.release();
  rig->until([&] { return job.has_value(); });
  EXPECT_EQ(job->status, JobStatus::succeeded);
}

TEST_F(JobDeskTest, NobodyWaitsForAProcessThatEnds) {
  rig->provider.hold();
  const auto id = rig->submit();
  std::optional<Job> job;
  const auto wait = [&]() -> Async<void> {
    job = (co_await rig->desk.wait(owner(), id, 60s)).value();
  };
  rig->clients.spawn(wait());
  rig->turn();
  rig->desk.close();
  rig->until([&] { return job.has_value(); });
  EXPECT_EQ(job->status, JobStatus::running);
}

// --- withdrawing

TEST_F(JobDeskTest, CancellingEndsWhatWaitsAndKeepsWhatWasSent) {
  rig->provider.hold();
  const auto id = rig->submit(a_cat(3));
  rig->turn();
  const auto job = cancel(id).value();
  EXPECT_EQ(job.status, JobStatus::running);
  EXPECT_TRUE(job.cancel_requested);
  EXPECT_THAT(statuses(job),
              ElementsAre(JobStatus::running, JobStatus::cancelled, JobStatus::cancelled));
  rig->provider.release();
  rig->until_is(id, JobStatus::partly_succeeded);
  EXPECT_FALSE(rig->get(id).cancel_requested) << "only while it runs";
  EXPECT_TRUE(rig->get(id).pictures.at(0).stored);
  EXPECT_EQ(rig->provider.orders().size(), 1u);
}

TEST_F(JobDeskTest, CancellingWhatWaitsAltogether) {
  rig->provider.hold();
  rig->submit();
  const auto id = rig->submit(a_cat(2));
  const auto job = cancel(id).value();
  EXPECT_EQ(job.status, JobStatus::cancelled);
  ASSERT_TRUE(job.error);
  EXPECT_EQ(job.error->kind(), ErrorKind::cancelled);
  EXPECT_EQ(cancel(id).value().status, JobStatus::cancelled) << "once more changes nothing";
}

TEST_F(JobDeskTest, WhatTheUpstreamSendsBackAfterACancelDoesNotWaitForAnotherTry) {
  rig->provider.fail_next(test::busy());
  rig->provider.hold();
  const auto id = rig->submit();
  rig->turn();
  EXPECT_EQ(cancel(id).value().status, JobStatus::running);
  rig->provider.release();
  rig->until_is(id, JobStatus::cancelled);
  EXPECT_EQ(rig->provider.orders().size(), 1u);
}

TEST_F(JobDeskTest, ARemovedJobIsGoneAndItsPictureComesAllTheSame) {
  rig->provider.hold();
  const auto id = rig->submit(a_cat(2));
  rig->turn();
  EXPECT_TRUE(remove(id));
  EXPECT_FALSE(rig->try_get(id));
  EXPECT_FALSE(remove(id)) << "only once";
  rig->provider.release();
  rig->until([&] { return rig->results.count() == 1; });
  EXPECT_EQ(rig->provider.orders().size(), 1u);
}

// --- after a restart, and trying again

TEST_F(JobDeskTest, WhatWaitedGoesOnInOrderAndWhatWasSentIsUnknown) {
  rig->provider.hold();
  auto first = a_cat();
  first.prompt = "first";
  auto second = a_cat();
  second.prompt = "second";
  const auto drawn = rig->submit();
  const auto one = rig->submit(std::move(first));
  const auto two = rig->submit(std::move(second));
  rig->turn();
  restart();
  EXPECT_EQ(rig->status(drawn), JobStatus::unknown);
  ASSERT_TRUE(rig->get(drawn).error);
  EXPECT_NE(rig->get(drawn).error->message().find("unknown"), std::string::npos) << "it says why";
  rig->clock.advance(400s);  // its slot is free again
  rig->engine.advance();
  rig->until_is(two, JobStatus::succeeded);
  EXPECT_EQ(rig->status(one), JobStatus::succeeded);
  ASSERT_EQ(rig->provider.orders().size(), 2u) << "nothing is drawn again by itself";
  EXPECT_EQ(rig->provider.orders()[0].prompt, "first");
  EXPECT_EQ(rig->provider.orders()[1].prompt, "second");
}

TEST_F(JobDeskTest, WhatAnotherRouteWasSentHoldsItsPlaceThere) {
  const HostId other{"other.example.com"};
  rig->provider.hold();
  rig->submit();
  rig->turn();
  auto work = rig->run(disk.records.open_work()).value();
  RecordBatch rerouted;
  rerouted.tasks = {work.tasks.at(0)};
  rerouted.tasks.front().host = other;
  ASSERT_TRUE(rig->run(disk.records.write(std::move(rerouted))));
  restart();
  EXPECT_EQ(rig->engine.slots(other).unsure(), 1u);
  EXPECT_EQ(rig->engine.slots(rig->provider.host()).unsure(), 0u);
}

TEST_F(JobDeskTest, EachPictureOfAJobKeepsItsPlaceAndItsSeedOverARestart) {
  rig->provider.hold();
  rig->submit();
  const auto id = rig->submit(a_cat(3));
  rig->turn();
  const auto before = rig->get(id);
  restart();
  rig->clock.advance(400s);
  rig->engine.advance();
  rig->until_is(id, JobStatus::succeeded);
  ASSERT_EQ(rig->provider.orders().size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rig->provider.orders()[i].seed, before.pictures.at(i).seed);
    EXPECT_EQ(rig->get(id).pictures.at(i).seed, before.pictures.at(i).seed);
  }
  EXPECT_NE(before.pictures[0].seed, before.pictures[1].seed);
}

TEST_F(JobDeskTest, AnUnknownJobIsDrawnAgainOnlyWhenItsOwnerSaysSo) {
  const auto id = unknown_job();
  rig->clock.advance(400s);
  rig->engine.advance();
  ASSERT_TRUE(retry(id));
  rig->until_is(id, JobStatus::succeeded);
  EXPECT_EQ(rig->provider.orders().size(), 1u);
  const auto nothing = retry(id);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind(), ErrorKind::invalid_request);
}

TEST_F(JobDeskTest, OnlyWhatFailedIsDrawnAgain) {
  rig->provider.fail_next(test::refused());
  const auto id = rig->submit(a_cat(2));
  rig->until_is(id, JobStatus::partly_succeeded);
  const auto before = rig->get(id);
  ASSERT_TRUE(retry(id));
  rig->until_is(id, JobStatus::succeeded);
  const auto after = rig->get(id);
  EXPECT_EQ(after.pictures.at(1).stored->id, before.pictures.at(1).stored->id);
  EXPECT_EQ(after.pictures.at(0).seed, before.pictures.at(0).seed);
  EXPECT_EQ(rig->provider.orders().size(), 3u);
}

TEST_F(JobDeskTest, TwoRetriesAtTheSameTimeAreOne) {
  rig->provider.fail_next(test::refused());
  const auto id = rig->submit();
  rig->until_is(id, JobStatus::failed);
  rig->provider.hold();
  int accepted = 0;
  int refused = 0;
  const auto again = [&]() -> Async<void> {
    const auto job = co_await rig->desk.retry(owner(), id);
    ++(job ? accepted : refused);
  };
  rig->clients.spawn(again());
  rig->clients.spawn(again());
  rig->until([&] { return accepted + refused == 2; });
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(rig->engine.known_tasks(), 1u);
}

TEST_F(JobDeskTest, AnEditIsTriedAgainWithItsPictures) {
  rig->provider.fail_next(test::refused());
  auto request = a_cat();
  request.references = {sent("first")};
  const auto id = rig->submit(std::move(request));
  rig->until_is(id, JobStatus::failed);
  ASSERT_TRUE(retry(id));
  rig->until_is(id, JobStatus::succeeded);
  EXPECT_EQ(*rig->provider.orders().back().references.at(0), "first");
}

// --- what was made

TEST_F(JobDeskTest, TheResultIsWhatWasStored) {
  rig->provider.fail_next(test::refused(ErrorKind::content_rejected));
  const auto id = rig->submit(a_cat(2));
  rig->until_is(id, JobStatus::partly_succeeded);
  const auto result = rig->run(rig->desk.result(rig->get(id))).value();
  ASSERT_EQ(result.items.size(), 2u);
  ASSERT_FALSE(result.items[0]);
  EXPECT_EQ(result.items[0].error().kind(), ErrorKind::content_rejected);
  ASSERT_TRUE(result.items[1]);
  const auto drawn = test::FakeProvider::picture_of(rig->provider.orders().at(1));
  EXPECT_EQ(*result.items[1]->picture.bytes, *drawn.bytes);
  EXPECT_EQ(result.items[1]->picture.size, drawn.size);
  EXPECT_EQ(result.model, "fake-model");
  EXPECT_EQ(result.provider, "fake");
}

TEST_F(JobDeskTest, PicturesThatAreGoneAreSaidToBe) {
  const auto id = rig->submit();
  rig->until_is(id, JobStatus::succeeded);
  rig->clock.advance(24h * 8);
  const auto gone = rig->run(rig->desk.result(rig->get(id)));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind(), ErrorKind::not_found);
}

TEST_F(JobDeskTest, OfSeveralFailuresTheMostTellingIsTheJobs) {
  rig->provider.fail_next(test::refused(ErrorKind::upstream_error));
  rig->provider.fail_next(test::refused(ErrorKind::content_rejected));
  const auto id = rig->submit(a_cat(2));
  rig->until_is(id, JobStatus::failed);
  EXPECT_EQ(rig->get(id).error->kind(), ErrorKind::content_rejected);
}

// --- the process ends

TEST_F(JobDeskTest, JobsThatWaitAreLeftToTheNextProcess) {
  rig->provider.hold();
  const auto running = rig->submit();
  const auto waiting = rig->submit();
  rig->turn();
  rig->engine.leave_jobs();
  rig->provider.release();
  rig->until_is(running, JobStatus::succeeded);
  rig->turn();
  EXPECT_EQ(rig->status(waiting), JobStatus::queued);
  restart();
  rig->until_is(waiting, JobStatus::succeeded);
}

}  // namespace
}  // namespace gw
