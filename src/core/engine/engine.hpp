// The task engine: the only place that knows what a task is doing. Every feature observes this
// machine or guards one of its arrows (design: "The engine: one state machine, one journal").
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "core/accounts/account_book.hpp"
#include "core/engine/adoption_index.hpp"
#include "core/engine/byte_budget.hpp"
#include "core/engine/engine_host.hpp"
#include "core/engine/engine_observer.hpp"
#include "core/engine/host_book.hpp"
#include "core/engine/options.hpp"
#include "core/engine/retry_budget.hpp"
#include "core/engine/task.hpp"
#include "core/engine/ticket.hpp"
#include "core/engine/timer_queue.hpp"
#include "core/ports/journal.hpp"
#include "core/ports/provider.hpp"
#include "core/routing/recent_durations.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace gw {

// What the engine asks of the one who drives it. Neither may call back into the engine before it
// returns.
class EngineDriver {
 public:
  virtual ~EngineDriver() = default;
  // Draws the task: calls sending() (and leaving()), then answered(), and after a picture saved().
  // What sending() wrote into the journal of a durable task must be on disk before the first byte
  // leaves.
  virtual void start(TaskId task, std::shared_ptr<const TaskSpec> spec) = 0;
  // Call advance() at that time; replaces the earlier wish. Nothing: no need.
  virtual void wake_at(std::optional<SteadyTime> at) = 0;
  // Look at the account by calls that cost nothing, and report by found().
  virtual void check(const HostId& host, const AccountId& account) = 0;
  // What the task would cost an account of its host; nothing: free, or not known.
  virtual std::optional<Price> price(const TaskSpec& spec) const = 0;
};

// What a client says about repeating itself, as far as adoption is concerned.
enum class Repeat : std::uint8_t {
  fresh,    // wants nothing of earlier work
  perhaps,  // no mark: joins only what still runs and nobody waits for
  marked,   // says that it is a repeat
};

// Whether a waiter's deadline ends its waiting, and with it what is not sent yet.
enum class Patience : std::uint8_t { request_time, endless };

struct Wanted {
  std::vector<std::shared_ptr<const TaskSpec>> tasks;  // one for each picture, all of one request
  // By task: the picture that is the answer already (from the library). Shorter: none for the rest.
  std::vector<std::optional<StoredPicture>> recalled;
  Patience patience = Patience::request_time;
  Repeat repeat = Repeat::perhaps;
  // Single flight: may join anybody's drawing of the same key that will be the same picture.
  bool share_drawings = false;
  // The client leaves then: it is refused at once if no slot is to be expected before.
  std::optional<std::chrono::seconds> gives_up_after;
  WaitFor wait_for = WaitFor::picture;
  Wake wake;  // a preview too, where they are wanted
  Previews previews = Previews::unwanted;
};

// A task that was not over when the process ended.
struct UnfinishedTask {
  TaskId id;
  std::shared_ptr<const TaskSpec> spec;
  int tries = 0;
  bool sent = false;
  PictureId picture;                   // sent: the name its picture was to have
  WallTime sent_at;                    // sent
  std::optional<StoredPicture> found;  // sent: the picture had come, and its file was written
  ImageSize found_size;
};

struct EngineCounts {
  std::size_t queued = 0;       // parked ones included
  std::size_t queued_jobs = 0;  // of these, durable
  std::size_t parked = 0;
  std::size_t running = 0;  // leased or sent
  std::size_t saving = 0;
  std::uint64_t admitted = 0;
  std::uint64_t adopted = 0;
  std::uint64_t shared = 0;
  std::uint64_t recalled = 0;
  std::uint64_t refused = 0;
  std::uint64_t sent = 0;
  std::uint64_t waits = 0;     // refusals after which the task went back into the queue
  std::uint64_t repeats = 0;   // failed tries that were made over again, from the retry budget
  std::uint64_t rerouted = 0;  // tasks that went on to another upstream
  std::map<TaskState, std::uint64_t> settled;
};

// Synchronous and without a clock or a loop of its own, which is what lets tests/sim drive it
// through thousands of seeded histories. I/O thread only. Tickets must not outlive it.
class Engine final : public AccountBook, public HostBook {
 public:
  Engine(EngineOptions options, const Clock& clock, Journal& journal, EngineDriver& driver);

  void add_host(const HostId& host, std::size_t limit, std::string provider = {});

  // All tasks or none: queue_full with a Retry-After; invalid_request when an Idempotency-Key comes
  // back with another request. The tickets are in the order of the tasks.
  Result<std::vector<Ticket>> admit(Wanted wanted);
  // Whether any fresh task could be admitted now, and else the same queue_full. For those who have
  // megabytes to read before they know what to ask for; nothing is promised by it.
  Result<void> expect_room();
  // queue_full when there is no room for these jobs; asked before their pictures are kept, too.
  Result<void> check_job_room(const std::vector<std::shared_ptr<const TaskSpec>>& fresh) const;

  // The job that `spec` repeats and that is not over: of the same Idempotency-Key; or, when the
  // client says that it repeats itself, of the same work, handed in a moment ago. invalid_request
  // like admit().
  Result<std::optional<RequestId>> repeated_job(const TaskSpec& spec, Repeat repeat) const;
  // How long the last of so many new tasks like this one would wait for a slot, by what is in line
  // before it and the models' typical durations.
  std::chrono::seconds time_to_slot(const TaskSpec& spec, std::size_t pictures) const;

  // After a restart, before anything is admitted, in the order of their numbers: what was queued
  // goes on, what was sent is done if its picture is there and else unknown, its slot unsure. So
  // are the slots of what was lost before.
  void restore(std::vector<UnfinishedTask> tasks, const std::vector<LostSend>& lost, TaskId last);

  // Its owner does not want it any more. False when it is too late: it was leased, and goes on.
  bool cancel(TaskId task);

  // Before anything is admitted; outlives the engine.
  void observe(EngineObserver& observer) { observers_.push_back(&observer); }

  // Reports of the driver.
  void sending(TaskId task, PictureId picture = {});
  // The request of a durable task, whose journal is on disk now, is on its way; that of any other
  // is with sending().
  void leaving(TaskId task);
  void preview(TaskId task, Picture picture);
  bool wants_previews(TaskId task) const;
  void answered(TaskId task, Answer answer);
  // Nothing: its request wants nothing kept.
  void saved(TaskId task, Result<std::optional<StoredPicture>> stored);
  void advance();     // time has passed, or bytes were let go
  void leave_jobs();  // the process will end: jobs that wait are for the next one
  void stop();        // no more leases: the process ends

  // Shuts the host's door as a failure would. What had shut it until somebody acts is over; or one
  // task may try.
  void shut(const HostId& host, HostShut shut);
  void reopen(const HostId& host);
  void try_one(const HostId& host);

  // AccountBook: the accounts of each host. HostBook: how the hosts are doing.
  void set(const HostId& host, const AccountSettings& account) override;
  void restore(const HostId& host, const AccountId& id, const AccountFinding& finding) override;
  void remove(const HostId& host, const AccountId& id) override;
  void resize(const HostId& host, std::size_t limit) override;
  void found(const HostId& host, const AccountId& id, const AccountFinding& finding) override;
  void clear(const HostId& host, const AccountId& id) override;
  std::vector<AccountView> views(const HostId& host) const override;
  std::optional<AccountView> view(const HostId& host, const AccountId& id) const override;
  void on_changed(Changed changed) override { account_changed_ = std::move(changed); }
  std::optional<HostView> host(const HostId& id) const override;

  // Through Ticket.
  const Waiter* waiter_of(TaskId task, WaiterId waiter) const;
  const TaskRecord& record(TaskId task) const { return *tasks_.at(task); }
  // Null: over and forgotten, or never known.
  const TaskRecord* find(TaskId task) const;
  Progress progress(TaskId task);
  void taken(TaskId task, WaiterId waiter);
  void delivered(TaskId task);
  void leave(TaskId task, WaiterId waiter);

  const EngineCounts& counts() const { return counts_; }
  const HostSlots& slots(const HostId& host) const { return hosts_.at(host).slots; }
  // Whether any of its accounts has a place left now.
  bool somebody_free(const HostId& host) const {
    return hosts_.at(host).accounts.anybody_free(clock_.now());
  }
  const Breaker& breaker(const HostId& host) const { return hosts_.at(host).breaker; }
  const RecentDurations& durations() const { return durations_; }
  std::uint64_t repeats_left() const { return budget_.left(clock_.now()); }
  // Tasks that could be leased at once if there were a slot: neither parked nor told to wait.
  std::size_t ready(const HostId& host) const { return hosts_.at(host).queue.size(); }
  template <class Visitor>
  void for_each_task(Visitor visit) const {
    for (const auto& [id, task] : tasks_) visit(*task);
  }
  ByteBudget& pictures_in_memory() { return pictures_; }
  const ByteBudget& pictures_in_memory() const { return pictures_; }
  std::size_t known_tasks() const { return tasks_.size(); }

 private:
  using Host = EngineHost;

  // engine_admission.cpp: who may come in, and who joins what is there already.
  struct Joined {
    TaskId task;
    TicketKind kind = TicketKind::adopted;
  };
  Result<std::optional<Joined>> joinable(const TaskSpec& spec, const Wanted& wanted) const;
  Result<std::optional<TaskId>> keyed(const TaskSpec& spec) const;
  Result<std::optional<TaskId>> adoptable(const TaskSpec& spec, Repeat repeat) const;
  std::optional<TaskId> shareable(const TaskSpec& spec) const;
  bool may_join(const TaskRecord& task, Repeat repeat) const;
  Result<void> check_room(const std::vector<std::shared_ptr<const TaskSpec>>& fresh) const;
  Result<std::shared_ptr<const TaskSpec>> open_route(std::shared_ptr<const TaskSpec> spec) const;
  Result<void> check_hope(const Wanted& wanted, std::size_t fresh) const;
  std::size_t free_at_once(const Host& host) const;
  HeldBy held_by(const TaskRecord& task) const;
  void tell_queued(const std::vector<Ticket>& tickets);
  TaskRecord& create(std::shared_ptr<const TaskSpec> spec);
  TaskRecord& insert(TaskId id, std::shared_ptr<const TaskSpec> spec);
  TaskRecord& recall(std::shared_ptr<const TaskSpec> spec, StoredPicture picture);
  Ticket admit_one(const Wanted& wanted, std::size_t index, std::optional<Joined> joined);
  Ticket attach(TaskRecord& task, const Wanted& wanted, TicketKind kind);

  // engine_restore.cpp: what was not over when the process ended.
  void restore(UnfinishedTask unfinished);
  void restore_sent(TaskRecord& task, UnfinishedTask unfinished);
  void restore_unsure(const LostSend& lost, std::chrono::seconds typical);

  // engine_progress.cpp: what those who wait can see.
  std::size_t place_of(const TaskRecord& task, Host& host);

  // engine_leasing.cpp: an open door, a slot and an account, together or not at all.
  void lease_all();
  bool lease_next(Host& host);
  bool may_draw() const;
  AccountNeed need_of(const TaskRecord& task) const;
  std::expected<LeasedAccount, NobodyFree> lease_account(const TaskRecord& task, Host& host);
  void lease(TaskRecord& task, Host& host, Lease slot, LeasedAccount account);
  void step_aside(TaskRecord& task, Host& host);
  void call_back(Host& host);
  void call_all_back(Host& host);
  void leave_line(TaskRecord& task);
  void give_up(TaskRecord& task, Error error);
  bool reroute(TaskRecord& task, std::string_view why);

  // engine_accounts.cpp
  void change_account(const HostId& id, const AccountId& account,
                      const std::function<void(AccountPool&)>& change);
  void tell_change(const HostId& id, Host& host, const AccountId& account,
                   const std::optional<AccountView>& before);

  // engine_tries.cpp: how a try ends, and whether another one follows.
  void close_try(TaskRecord& task, const UpstreamFailure* failure);
  void return_account(TaskRecord& task, Host& host, const UpstreamFailure* failure);
  void note_duration(const TaskRecord& task);
  void judge_host(TaskRecord& task, Host& host, const UpstreamFailure* failure);
  void shut(const HostId& id, Host& host, HostShut shut);
  void open_door(const HostId& id, Host& host);
  void move_on_from(const Host& host);
  void fail_held(const HostId& id, Host& host);
  void failed_try(TaskRecord& task, UpstreamFailure failure);
  void return_slot(TaskRecord& task, const UpstreamFailure& failure);
  void wait_and_repeat(TaskRecord& task, const UpstreamFailure& failure);
  bool repeat(TaskRecord& task, const UpstreamFailure& failure);
  bool may_repeat(const TaskRecord& task, const UpstreamFailure& failure) const;
  bool is_wanted_at(const TaskRecord& task, SteadyTime at) const;
  void back_into_line(TaskRecord& task);
  void tell_repeated(const TaskRecord& task, Act act) const;

  // engine.cpp: the arrows.
  void move(TaskRecord& task, TaskState to);
  void enqueue(TaskRecord& task);
  void park(TaskRecord& task);
  void unpark(TaskRecord& task);
  void shed_pictures();
  void drop_bytes_nobody_needs(TaskRecord& task);
  bool task_is_known(TaskId task) const { return tasks_.contains(task); }
  void settle(TaskRecord& task, TaskState state);
  void forget_later(TaskRecord& task);
  void erase(TaskRecord& task);
  void on_timer(const TimerEvent& event);
  void on_deadline(TaskRecord& task, WaiterId waiter);
  void wake(TaskRecord& task, WaitFor at_most);
  void stop_timer(TaskRecord& task);
  void note(TaskRecord& task, JournalStep step);
  std::size_t& queued_bytes_of(const TaskSpec& spec);
  void arm();

  const EngineOptions options_;
  const Clock& clock_;
  Journal& journal_;
  EngineDriver& driver_;
  std::unordered_map<TaskId, std::unique_ptr<TaskRecord>> tasks_;
  std::map<HostId, Host> hosts_;
  TimerQueue timers_;
  AdoptionIndex adoption_;
  ByteBudget pictures_;
  RetryBudget budget_;
  RecentDurations durations_;
  Changed account_changed_;
  std::vector<EngineObserver*> observers_;
  EngineCounts counts_;
  std::size_t queued_bytes_ = 0;
  std::size_t queued_job_bytes_ = 0;
  std::uint64_t next_task_ = 1;
  std::uint64_t next_waiter_ = 1;
  Place next_place_ = 1;
  std::optional<SteadyTime> armed_;
  bool lease_again_ = false;  // a task went to another host's line meanwhile
  bool leaving_jobs_ = false;
  bool stopping_ = false;
};

}  // namespace gw
