// What every RecordStore must do with requests, tasks and jobs (core/ports/record_store.hpp); the
// library is in record_store_library_test.cpp.
#include "tests/contract/record_store_fixture.hpp"

namespace gw::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

INSTANTIATE_TEST_SUITE_P(Stores, RecordStoreContract, testing::ValuesIn(record_store_makers()),
                         [](const auto& info) { return info.param.name; });

std::vector<std::uint64_t> task_ids(const std::vector<TaskRow>& tasks) {
  std::vector<std::uint64_t> numbers;
  for (const auto& task : tasks) numbers.push_back(task.id.value);
  return numbers;
}

TaskRow ephemeral(std::uint64_t id, TaskState state) {
  auto task = full_task(id, "call", state);
  task.durability = Durability::ephemeral;
  return task;
}

TEST_P(RecordStoreContract, StartsEmpty) {
  const auto work = get(store().open_work());
  EXPECT_EQ(work.last, TaskId{0});
  EXPECT_THAT(work.requests, IsEmpty());
  EXPECT_THAT(work.tasks, IsEmpty());
  EXPECT_FALSE(job("none"));
  EXPECT_THAT(get(store().jobs({.owner = kOwner})).jobs, IsEmpty());
  EXPECT_THAT(get(store().pictures({.owner = kOwner})).pictures, IsEmpty());
}

TEST_P(RecordStoreContract, GivesEveryFieldBack) {
  const auto request = full_request("req1");
  auto task = full_task(1, "req1", TaskState::failed);
  task.stored = StoredPicture{{"other"}, ImageFormat::gif, 6'000'000'000, at(9)};
  task.error = Error(ErrorKind::rate_limited, "slow \"down\"")
                   .with_code("a_code")
                   .with_param("prompt")
                   .with_detail("for the log")
                   .with_retry_after(std::chrono::milliseconds(1500))
                   .without_retry();
  task.attempts = {full_attempt(1), full_attempt(2)};
  write({.requests = {request}, .tasks = {task}});
  rig->reopen();
  const auto found = job("req1");
  ASSERT_TRUE(found);
  expect_same(found->request, request);
  ASSERT_EQ(found->tasks.size(), 1u);
  expect_same(found->tasks.front(), task);
}

TEST_P(RecordStoreContract, GivesWhatIsNotSetBackAsNotSet) {
  RequestRow request;
  request.info.id = {"req1"};
  request.info.owner = kOwner;
  request.info.durability = Durability::durable;
  TaskRow task;
  task.id = {1};
  task.request = {"req1"};
  task.durability = Durability::durable;
  write({.requests = {request}, .tasks = {task}});
  const auto found = job("req1");
  ASSERT_TRUE(found);
  expect_same(found->request, request);
  expect_same(found->tasks.at(0), task);
}

TEST_P(RecordStoreContract, TriesAreAddedAndTheLastOnesStay) {
  const auto write_tries = [&](std::vector<TryRecord> attempts) {
    auto task = full_task(1, "req1", TaskState::queued);
    task.attempts = std::move(attempts);
    write({.tasks = {task}});
  };
  const auto numbers = [&] {
    std::vector<int> numbers;
    for (const auto& attempt : job("req1").value().tasks.at(0).attempts)
      numbers.push_back(attempt.number);
    return numbers;
  };
  write_job("req1", 1, TaskState::queued);
  write_tries({full_attempt(1)});
  write_tries({});
  write_tries({full_attempt(2), full_attempt(3)});
  rig->reopen();
  EXPECT_THAT(numbers(), ElementsAre(1, 2, 3));
  EXPECT_EQ(job("req1").value().tasks[0].attempts.back(), full_attempt(3));
  for (int number = 4; number <= 30; ++number) write_tries({full_attempt(number)});
  EXPECT_EQ(numbers().size(), kTriesRemembered);
  EXPECT_EQ(numbers().front(), 30 - static_cast<int>(kTriesRemembered) + 1);
  EXPECT_EQ(numbers().back(), 30);
}

TEST_P(RecordStoreContract, OpenWorkIsWhatWasNotOverInTheOrderOfAdmission) {
  write({.requests = {full_request("late", at(1)), full_request("soon", at(2)),
                      full_request("over", at(3))},
         .tasks = {full_task(30, "late", TaskState::queued), ephemeral(4, TaskState::sent),
                   full_task(7, "soon", TaskState::sent), full_task(9, "over", TaskState::done),
                   ephemeral(5, TaskState::queued), ephemeral(6, TaskState::failed)}});
  rig->reopen();
  const auto work = get(store().open_work());
  EXPECT_EQ(work.last, TaskId{30});
  EXPECT_THAT(task_ids(work.tasks), ElementsAre(4, 7, 30));
  std::vector<std::string> requests;
  for (const auto& request : work.requests) requests.push_back(request.info.id.value);
  EXPECT_THAT(requests, UnorderedElementsAre("late", "soon"));
  expect_same(work.requests.at(0), full_request("late", at(1)));
  expect_same(work.tasks.at(1), full_task(7, "soon", TaskState::sent));
}

TEST_P(RecordStoreContract, WhatWasLostIsKnownAtEveryStartUntilItIsSwept) {
  auto sent = ephemeral(4, TaskState::sent);
  write({.tasks = {sent, full_task(7, "job", TaskState::done)}});
  EXPECT_THAT(get(store().open_work()).lost, IsEmpty());
  sent.state = TaskState::unknown;
  sent.sent.reset();
  write({.tasks = {sent}});
  for (int start = 0; start < 2; ++start) {
    rig->reopen();
    const auto work = get(store().open_work());
    ASSERT_EQ(work.lost.size(), 1u);
    EXPECT_EQ(work.lost[0].host, sent.host);
    EXPECT_EQ(work.lost[0].sent, *ephemeral(4, TaskState::sent).sent);
    EXPECT_THAT(work.tasks, IsEmpty());
  }
  EXPECT_TRUE(run(io, store().sweep(at(100'000), at(100'000))));
  EXPECT_THAT(get(store().open_work()).lost, IsEmpty());
}

TEST_P(RecordStoreContract, TheHighestNumberOutlivesItsTask) {
  write({.tasks = {ephemeral(41, TaskState::sent), ephemeral(12, TaskState::sent)}});
  write({.forgotten = {{41}, {12}}});
  rig->reopen();
  const auto work = get(store().open_work());
  EXPECT_EQ(work.last, TaskId{41});
  EXPECT_THAT(work.tasks, IsEmpty());
}

TEST_P(RecordStoreContract, ForgottenInTheBatchThatWroteIt) {
  write({.tasks = {ephemeral(1, TaskState::sent)}, .forgotten = {{1}}});
  EXPECT_THAT(get(store().open_work()).tasks, IsEmpty());
}

TEST_P(RecordStoreContract, InputsAreNeededUntilNothingCanBeTriedAgain) {
  const auto request = [](const std::string& id) {
    auto row = full_request(id);
    for (auto& input : row.inputs) input.blob = id + "-" + input.blob;
    return row;
  };
  std::uint64_t number = 0;
  for (const auto state : {TaskState::queued, TaskState::sent, TaskState::failed,
                           TaskState::unknown, TaskState::done, TaskState::cancelled}) {
    const auto id = std::string(to_string(state));
    write({.requests = {request(id)}, .tasks = {full_task(++number, id, state)}});
  }
  auto again = full_task(20, "again", TaskState::done);
  auto failed = full_task(19, "again", TaskState::failed);
  auto one = full_task(21, "one-is-left", TaskState::done);
  auto other = full_task(22, "one-is-left", TaskState::failed);
  other.index = 1;
  write({.requests = {request("again"), request("one-is-left"), request("no-task-yet")},
         .tasks = {again, failed, one, other}});
  std::vector<std::string> expected;
  for (const auto* id : {"queued", "sent", "failed", "unknown", "one-is-left", "no-task-yet"}) {
    expected.push_back(std::string(id) + "-in1.png");
    expected.push_back(std::string(id) + "-in2.webp");
  }
  EXPECT_THAT(get(store().inputs_needed()), testing::UnorderedElementsAreArray(expected));
}

TEST_P(RecordStoreContract, TimesOfATaskStayWhereTheyAreNotGiven) {
  write_job("req1", 1, TaskState::sent);
  auto settled = full_task(1, "req1", TaskState::unknown);
  settled.admitted.reset();
  settled.sent.reset();
  settled.tries = 5;
  settled.picture = {};
  write({.tasks = {settled}});
  const auto task = job("req1")->tasks.at(0);
  EXPECT_EQ(task.admitted, at(1));
  EXPECT_EQ(task.sent, at(2));
  EXPECT_EQ(task.settled, at(3));
  EXPECT_EQ(task.state, TaskState::unknown);
  EXPECT_EQ(task.tries, 5);
  EXPECT_EQ(task.picture, PictureId{}) << "all but the times is as it was given last";
}

TEST_P(RecordStoreContract, RowsReplaceThoseOfTheSameName) {
  write_job("req1", 1, TaskState::queued);
  auto request = full_request("req1");
  request.inputs.clear();
  request.info.prompt = "another";
  write({.requests = {request}});
  expect_same(job("req1")->request, request);
}

TEST_P(RecordStoreContract, AJobHasTheNewestTaskOfEachPicture) {
  auto again = full_task(8, "req1", TaskState::done);
  auto second = full_task(2, "req1", TaskState::done);
  again.index = 1;
  second.index = 0;
  auto first_try = full_task(3, "req1", TaskState::failed);
  first_try.index = 1;
  write({.requests = {full_request("req1")}, .tasks = {again, first_try, second}});
  const auto found = job("req1");
  EXPECT_THAT(task_ids(found->tasks), ElementsAre(2, 8));
  EXPECT_EQ(found->status(), JobStatus::succeeded);
  EXPECT_THAT(ids(get(store().jobs({.owner = kOwner, .status = JobStatus::succeeded})).jobs),
              ElementsAre("req1"));
}

TEST_P(RecordStoreContract, JobsAreTheirOwnersAlone) {
  write_job("req1", 1, TaskState::done);
  EXPECT_TRUE(job("req1"));
  EXPECT_FALSE(job("req1", kStranger));
  EXPECT_FALSE(get(store().job_of_key(kStranger, "key-of-req1")));
  EXPECT_THAT(get(store().jobs({.owner = kStranger})).jobs, IsEmpty());
  EXPECT_FALSE(get(store().remove_job(kStranger, {"req1"})));
  EXPECT_TRUE(job("req1"));
}

TEST_P(RecordStoreContract, ARequestWithoutTasksIsNoJob) {
  write({.requests = {full_request("req1")}});
  EXPECT_FALSE(job("req1"));
  EXPECT_THAT(get(store().jobs({.owner = kOwner})).jobs, IsEmpty());
  EXPECT_FALSE(get(store().remove_job(kOwner, {"req1"})));
}

TEST_P(RecordStoreContract, JobsAreListedByStatusAndTheStatusFollowsTheTasks) {
  write_job("a", 1, TaskState::queued, at(1));
  write_job("b", 2, TaskState::queued, at(2));
  write_job("c", 3, TaskState::failed, at(3));
  const auto listed = [&](std::optional<JobStatus> status) {
    return ids(get(store().jobs({.owner = kOwner, .status = status})).jobs);
  };
  EXPECT_THAT(listed(std::nullopt), ElementsAre("c", "b", "a"));
  EXPECT_THAT(listed(JobStatus::queued), ElementsAre("b", "a"));
  write({.tasks = {full_task(1, "a", TaskState::sent)}});
  EXPECT_THAT(listed(JobStatus::queued), ElementsAre("b"));
  EXPECT_THAT(listed(JobStatus::running), ElementsAre("a"));
  write({.tasks = {full_task(1, "a", TaskState::unknown)}});
  EXPECT_THAT(listed(JobStatus::unknown), ElementsAre("a"));
  // Written again as it was: the status is that of its tasks.
  write({.requests = {full_request("a", at(1))}});
  EXPECT_THAT(listed(JobStatus::unknown), ElementsAre("a"));
  EXPECT_THAT(listed(JobStatus::cancelled), IsEmpty());
}

TEST_P(RecordStoreContract, PagesOfJobsStandStillWhileNewOnesCome) {
  for (int i = 1; i <= 5; ++i) {
    // Two of the same moment: the name decides.
    write_job("r" + std::to_string(i), static_cast<std::uint64_t>(i), TaskState::done,
              at(i == 3 ? 2 : i));
  }
  auto page = get(store().jobs({.owner = kOwner, .limit = 2}));
  EXPECT_THAT(ids(page.jobs), ElementsAre("r5", "r4"));
  write_job("new", 9, TaskState::done, at(10));
  page = get(store().jobs({.owner = kOwner, .after = page.next, .limit = 2}));
  EXPECT_THAT(ids(page.jobs), ElementsAre("r3", "r2"));
  page = get(store().jobs({.owner = kOwner, .after = page.next, .limit = 2}));
  EXPECT_THAT(ids(page.jobs), ElementsAre("r1"));
  EXPECT_EQ(page.next, "");
}

TEST_P(RecordStoreContract, APageThatEndsWithTheLastRowHasNoNext) {
  write_job("a", 1, TaskState::done);
  write_job("b", 2, TaskState::done);
  EXPECT_EQ(get(store().jobs({.owner = kOwner, .limit = 2})).next, "");
}

TEST_P(RecordStoreContract, RefusesWhatIsNoCursor) {
  for (const auto* after : {"x", "-", "1", "1-", "-a", "1-a b", "1-'", "99999999999999999999-a",
                            "1-\xff", "1a-b", " 1-a"}) {
    const auto jobs = run(io, store().jobs({.owner = kOwner, .after = after}));
    ASSERT_FALSE(jobs) << after;
    EXPECT_EQ(jobs.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(jobs.error().param(), "after");
    const auto pictures = run(io, store().pictures({.owner = kOwner, .after = after}));
    ASSERT_FALSE(pictures) << after;
    EXPECT_EQ(pictures.error().kind(), ErrorKind::invalid_request);
  }
}

TEST_P(RecordStoreContract, TheNewestJobOfAKeyIsFound) {
  for (const auto& [id, created] : {std::pair{"old", at(1)}, {"new", at(3)}, {"middle", at(2)}}) {
    auto request = full_request(id, created);
    request.idempotency_key = "same";
    write({.requests = {request},
           .tasks = {full_task(static_cast<std::uint64_t>(id[0]), id, TaskState::done)}});
  }
  EXPECT_EQ(get(store().job_of_key(kOwner, "same"))->request.info.id, RequestId{"new"});
  EXPECT_FALSE(get(store().job_of_key(kOwner, "other")));
  EXPECT_FALSE(get(store().job_of_key(kOwner, "")));
}

TEST_P(RecordStoreContract, ARequestWithoutAKeyIsNotFoundByTheEmptyOne) {
  auto request = full_request("req1");
  request.idempotency_key.clear();
  write({.requests = {request}, .tasks = {full_task(1, "req1", TaskState::done)}});
  EXPECT_FALSE(get(store().job_of_key(kOwner, "")));
}

TEST_P(RecordStoreContract, ARemovedJobIsGone) {
  write_job("req1", 1, TaskState::done);
  EXPECT_TRUE(get(store().remove_job(kOwner, {"req1"})));
  EXPECT_FALSE(job("req1"));
  EXPECT_FALSE(get(store().job_of_key(kOwner, "key-of-req1")));
  EXPECT_THAT(get(store().jobs({.owner = kOwner})).jobs, IsEmpty());
  EXPECT_FALSE(get(store().remove_job(kOwner, {"req1"})));
}

TEST_P(RecordStoreContract, AJobThatIsRemovedWhileItRunsGoesOnUnseen) {
  write_job("req1", 1, TaskState::queued);
  EXPECT_TRUE(get(store().remove_job(kOwner, {"req1"})));
  EXPECT_FALSE(job("req1"));
  EXPECT_THAT(get(store().jobs({.owner = kOwner})).jobs, IsEmpty());
  EXPECT_EQ(get(store().open_work()).requests.size(), 1u) << "what is promised is done";
  write({.tasks = {full_task(1, "req1", TaskState::done)}});
  EXPECT_FALSE(job("req1"));
  EXPECT_THAT(get(store().open_work()).requests, IsEmpty());
}

TEST_P(RecordStoreContract, SweepsJobsThatWereOverBeforeAndLeavesTheOthers) {
  write_job("open", 1, TaskState::queued);
  write_job("over", 2, TaskState::done);  // settled at 3
  auto later = full_task(3, "later", TaskState::done);
  later.settled = at(100);
  write({.requests = {full_request("later")}, .tasks = {later}});
  write({.requests = {full_request("empty", at(0))}});
  EXPECT_TRUE(run(io, store().sweep(at(3), at(0))));
  EXPECT_TRUE(job("over"));
  EXPECT_TRUE(run(io, store().sweep(at(50), at(0))));
  EXPECT_FALSE(job("over"));
  EXPECT_TRUE(job("open"));
  EXPECT_TRUE(job("later"));
}

TEST_P(RecordStoreContract, AnswersAreGivenPerOwnerAndKey) {
  auto foreign = full_answer("key", 0);
  foreign.owner = kStranger;
  foreign.picture = {"foreign"};
  write({.answers = {full_answer("key", 1), full_answer("key", 0), full_answer("other", 0),
                     foreign}});
  const auto answers = get(store().answers(kOwner, "key"));
  ASSERT_EQ(answers.size(), 2u);
  expect_same(answers[0], full_answer("key", 0));
  expect_same(answers[1], full_answer("key", 1));
  EXPECT_THAT(get(store().answers(kOwner, "none")), IsEmpty());
  auto changed = full_answer("key", 0);
  changed.picture = {"changed"};
  write({.answers = {changed}});
  expect_same(get(store().answers(kOwner, "key")).at(0), changed);
}

TEST_P(RecordStoreContract, SweepsAnswersByAge) {
  auto young = full_answer("young", 0);
  young.written = at(60);
  write({.answers = {full_answer("old", 0), young}});
  EXPECT_TRUE(run(io, store().sweep(at(0), at(50))));
  EXPECT_THAT(get(store().answers(kOwner, "old")), IsEmpty());
  EXPECT_EQ(get(store().answers(kOwner, "young")).size(), 1u);
}

TEST_P(RecordStoreContract, BothKindsOfWritingAreThereAfterARestart) {
  auto durable = full_request("durable");
  write({.sync = RecordBatch::Sync::fsync,
         .requests = {durable},
         .tasks = {full_task(1, "durable", TaskState::queued)}});
  write({.sync = RecordBatch::Sync::lazy,
         .requests = {full_request("lazy")},
         .tasks = {full_task(2, "lazy", TaskState::queued)}});
  write({.sync = RecordBatch::Sync::fsync});
  rig->reopen();
  EXPECT_TRUE(job("durable"));
  EXPECT_TRUE(job("lazy"));
}

TEST_P(RecordStoreContract, WritesInTheOrderOfTheCalls) {
  std::vector<int> done;
  auto send = [&](int tries) -> Async<void> {
    auto task = full_task(1, "req1", TaskState::sent);
    task.tries = tries;
    RecordBatch batch{.requests = {full_request("req1")}, .tasks = {task}};
    EXPECT_TRUE(co_await store().write(std::move(batch)));
    done.push_back(tries);
  };
  std::vector<int> expected;
  for (int i = 0; i < 30; ++i) {
    asio::co_spawn(io.get_executor(), send(i), [](const std::exception_ptr& bug) {
      if (bug) std::rethrow_exception(bug);
    });
    expected.push_back(i);
  }
  io.restart();
  io.run();
  EXPECT_EQ(done, expected);
  EXPECT_EQ(job("req1")->tasks.at(0).tries, 29);
}

// What a full disk refuses.
class RecordStoreOnAFullDisk : public RecordStoreContract {
 protected:
  static RecordBatch huge() {
    RecordBatch batch;
    for (std::uint64_t i = 0; i < 500; ++i) {
      const auto id = "huge" + std::to_string(i);
      batch.requests.push_back(full_request(id));
      batch.tasks.push_back(full_task(100 + i, id, TaskState::queued));
      batch.pictures.push_back(full_picture("p" + id));
    }
    return batch;
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, RecordStoreOnAFullDisk, testing::ValuesIn(record_store_makers()),
                         [](const auto& info) { return info.param.name; });

TEST_P(RecordStoreOnAFullDisk, SaysSoAndHarmsNothing) {
  write_job("before", 1, TaskState::queued);
  rig->fill_disk();
  for (const auto sync : {RecordBatch::Sync::lazy, RecordBatch::Sync::fsync}) {
    auto batch = huge();
    batch.sync = sync;
    const auto written = run(io, store().write(std::move(batch)));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind(), ErrorKind::storage_unavailable);
    EXPECT_NE(written.error().detail(), "");
  }
  EXPECT_TRUE(job("before"));
  EXPECT_FALSE(job("huge0")) << "all of a batch or nothing";
  EXPECT_THAT(get(store().pictures({.owner = kOwner})).pictures, IsEmpty());
  EXPECT_EQ(get(store().open_work()).last, TaskId{1});
}

TEST_P(RecordStoreOnAFullDisk, GoesOnWhenThereIsSpaceAgain) {
  write_job("before", 1, TaskState::queued);
  rig->fill_disk();
  EXPECT_FALSE(run(io, store().write(huge())));
  rig->free_disk();
  write(huge());
  EXPECT_TRUE(job("huge0"));
  EXPECT_EQ(get(store().open_work()).tasks.size(), 501u);
  rig->reopen();
  EXPECT_TRUE(job("before"));
  EXPECT_TRUE(job("huge499"));
}

}  // namespace
}  // namespace gw::test
