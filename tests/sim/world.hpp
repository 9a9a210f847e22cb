// One simulated history: clients who come, wait, leave and come back, jobs, the real engine, a
// scripted upstream, a disk that fills up, and a process that is killed.
#pragma once

#include "core/engine/engine.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/scripted_upstream.hpp"
#include "tests/sim/virtual_time.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gw::sim {

// A person at a client: asks, is patient for a while, may come back with or without a mark.
struct Client {
  std::shared_ptr<const TaskSpec> spec;
  std::vector<Ticket> tickets;
  SteadyTime deadline;
  int repeats_left = 0;
  bool answered = false;
  bool job = false;
  std::optional<TaskId> promised;  // job: it was told so, when its task was on disk
};

class World final : public EngineDriver {
 public:
  explicit World(std::uint64_t seed);
  ~World() override;

  // Plays the whole history, checking every invariant after each step. The first violation, or
  // nothing.
  std::optional<std::string> play();
  // What happened, for comparing two histories.
  std::string summary() const;

  void start(TaskId task, std::shared_ptr<const TaskSpec> spec) override;
  void wake_at(std::optional<SteadyTime> at) override;
  void check(const HostId& host, const AccountId& account) override;
  std::optional<Price> price(const TaskSpec& spec) const override;

 private:
  friend class Invariants;

  void arrive();
  void ask(std::size_t client, Repeat repeat);
  void woken(std::size_t client);
  void take_answer(std::size_t client);
  void give_up(std::size_t client);
  void save(TaskId task);
  void submit(std::size_t client);
  void cancel(std::size_t client);
  void send(TaskId task, std::function<void(bool)> sent);
  // What happens to a process must not reach the next one.
  std::function<void()> of_this_process(std::function<void()> event);
  void boot();
  void sync_soon();
  void crash();
  void open_again();
  // Numbers of plain calls may be given again after a crash; those of jobs never are.
  TaskId work_of(TaskId task) const;

  VirtualClock clock_;
  SeededRandom random_;
  Timeline timeline_;
  HostId host_{"upstream.example.com"};
  ScriptedUpstream upstream_;
  Disk disk_;
  EngineOptions options_;
  std::vector<AccountSettings> accounts_;  // none: the upstream is used as nobody
  std::unique_ptr<Engine> engine_;
  std::uint64_t process_ = 0;
  SteadyTime forgotten_until_{};  // a crash hid sends of plain calls: their places are not known
  std::vector<std::unique_ptr<Client>> clients_;
  std::set<std::size_t> in_reach_;                       // clients whose answer may be ready
  std::map<TaskId, int> deliveries_;                     // pictures handed out, by task
  std::map<TaskId, AccountId> running_;                  // started and not yet answered, with whom
  std::vector<std::shared_ptr<const TaskSpec>> leases_;  // in order, for fairness
  std::size_t refused_normal_leases_ = 0;                // refusals that were no probe's
  std::size_t let_through_shut_door_ = 0;                // calls that began while the host was shut
  std::optional<SteadyTime> alarm_at_;                   // the engine is to be woken then
  std::uint64_t alarm_ = 0;                              // only the newest wake-up counts
  bool sync_due_ = false;                                // what nobody waits for is written then
  bool credited_ = false;                                // picture bytes were let go in this step
  std::optional<std::string> broken_;
};

}  // namespace gw::sim
