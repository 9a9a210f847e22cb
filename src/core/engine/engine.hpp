// The task engine: the only place that knows what a task is doing. Every feature observes this
// machine or guards one of its arrows (design: "The engine: one state machine, one journal").
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "core/engine/adoption_index.hpp"
#include "core/engine/byte_budget.hpp"
#include "core/engine/fair_queue.hpp"
#include "core/engine/host_slots.hpp"
#include "core/engine/options.hpp"
#include "core/engine/task.hpp"
#include "core/engine/ticket.hpp"
#include "core/engine/timer_queue.hpp"
#include "core/ports/journal.hpp"
#include "core/ports/provider.hpp"

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
  // Draws the task: calls sending(), then answered(), and after a picture saved().
  virtual void start(TaskId task, std::shared_ptr<const TaskSpec> spec) = 0;
  // Call advance() at that time; replaces the earlier wish. Nothing: no need.
  virtual void wake_at(std::optional<SteadyTime> at) = 0;
};

// What a client says about repeating itself, as far as adoption is concerned.
enum class Repeat : std::uint8_t {
  fresh,    // wants nothing of earlier work
  perhaps,  // no mark: joins only what still runs and nobody waits for
  marked,   // says that it is a repeat
};

struct Wanted {
  std::vector<std::shared_ptr<const TaskSpec>> tasks;  // one for each picture, all of one request
  Repeat repeat = Repeat::perhaps;
  WaitFor wait_for = WaitFor::picture;
  Wake wake;  // a preview too, where they are wanted
  Previews previews = Previews::unwanted;
};

struct EngineCounts {
  std::size_t queued = 0;  // parked ones included
  std::size_t parked = 0;
  std::size_t running = 0;  // leased or sent
  std::size_t saving = 0;
  std::uint64_t admitted = 0;
  std::uint64_t adopted = 0;
  std::uint64_t refused = 0;
  std::uint64_t sent = 0;
  std::uint64_t waits =
      0;  // refusals of the upstream after which the task went back into the queue
  std::map<TaskState, std::uint64_t> settled;
};

// Synchronous and without a clock or a loop of its own, which is what lets tests/sim drive it
// through thousands of seeded histories. I/O thread only. Tickets must not outlive it.
class Engine final {
 public:
  Engine(EngineOptions options, const Clock& clock, Journal& journal, EngineDriver& driver);

  void add_host(const HostId& host, std::size_t limit);

  // All tasks or none: queue_full with a Retry-After; invalid_request when an Idempotency-Key comes
  // back with another request. The tickets are in the order of the tasks.
  Result<std::vector<Ticket>> admit(Wanted wanted);
  // Whether any fresh task could be admitted now, and else the same queue_full. For those who have
  // megabytes to read before they know what to ask for; nothing is promised by it.
  Result<void> expect_room();

  // Reports of the driver.
  void sending(TaskId task);
  void preview(TaskId task, Picture picture);
  bool wants_previews(TaskId task) const;
  void answered(TaskId task, Answer answer);
  void saved(TaskId task, Result<StoredPicture> stored);
  void advance();  // time has passed, or bytes were let go
  void stop();     // no more leases: the process ends

  // Through Ticket.
  const Waiter* waiter_of(TaskId task, WaiterId waiter) const;
  const TaskRecord& record(TaskId task) const { return *tasks_.at(task); }
  Progress progress(TaskId task);
  void taken(TaskId task, WaiterId waiter);
  void delivered(TaskId task);
  void leave(TaskId task, WaiterId waiter);

  const EngineCounts& counts() const { return counts_; }
  const HostSlots& slots(const HostId& host) const { return hosts_.at(host).slots; }
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
  struct Host {
    HostSlots slots;
    FairQueue queue;
    SteadyTime count_again{};  // the places in a long line
  };

  // engine_admission.cpp: who may come in, and who joins what is there already.
  Result<std::optional<TaskId>> adoptable(const TaskSpec& spec, Repeat repeat) const;
  bool may_join(const TaskRecord& task, Repeat repeat) const;
  Result<void> check_room(const std::vector<std::shared_ptr<const TaskSpec>>& fresh) const;
  std::size_t free_at_once(const Host& host) const;
  TaskRecord& create(std::shared_ptr<const TaskSpec> spec);
  Ticket attach(TaskRecord& task, const Wanted& wanted, SteadyTime deadline, TicketKind kind);

  // engine_progress.cpp: what those who wait can see.
  std::size_t place_of(const TaskRecord& task, Host& host);

  // engine.cpp: the arrows.
  void move(TaskRecord& task, TaskState to);
  void enqueue(TaskRecord& task);
  void park(TaskRecord& task);
  void unpark(TaskRecord& task);
  void lease_all();
  bool may_draw() const;
  void shed_pictures();
  void drop_bytes_nobody_needs(TaskRecord& task);
  bool task_is_known(TaskId task) const { return tasks_.contains(task); }
  void lease(TaskId task, Lease slot);
  void failed_try(TaskRecord& task, UpstreamFailure failure);
  void return_slot(TaskRecord& task, const UpstreamFailure& failure);
  void wait_and_repeat(TaskRecord& task, const UpstreamFailure& failure);
  void settle(TaskRecord& task, TaskState state);
  void forget_later(TaskRecord& task);
  void erase(TaskRecord& task);
  void on_timer(const TimerEvent& event);
  void on_deadline(TaskRecord& task, WaiterId waiter);
  void wake(TaskRecord& task, WaitFor at_most);
  void stop_timer(TaskRecord& task);
  void note(const TaskRecord& task, JournalStep step);
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
  EngineCounts counts_;
  std::size_t queued_bytes_ = 0;
  std::uint64_t next_task_ = 1;
  std::uint64_t next_waiter_ = 1;
  Place next_place_ = 1;
  std::optional<SteadyTime> armed_;
  bool stopping_ = false;
};

}  // namespace gw
