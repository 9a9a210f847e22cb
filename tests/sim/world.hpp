// One simulated history: clients who come, wait, leave and come back, the real engine, a scripted
// upstream.
#pragma once

#include "core/engine/engine.hpp"
#include "tests/sim/scripted_upstream.hpp"
#include "tests/sim/virtual_time.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gw::sim {

// Remembers all, so that the invariants can compare what was written with what happened.
class RecordingJournal final : public Journal {
 public:
  void append(const JournalEntry& entry) override;

  std::map<TaskId, JournalStep> last;
  std::map<TaskId, std::string> outcome;
  std::size_t done = 0;
};

// A person at a client: asks, is patient for a while, may come back with or without a mark.
struct Client {
  std::shared_ptr<const TaskSpec> spec;
  std::vector<Ticket> tickets;
  SteadyTime deadline;
  int repeats_left = 0;
  bool answered = false;
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

 private:
  friend class Invariants;

  void arrive();
  void ask(std::size_t client, Repeat repeat);
  void woken(std::size_t client);
  void take_answer(std::size_t client);
  void give_up(std::size_t client);
  void save(TaskId task);

  VirtualClock clock_;
  SeededRandom random_;
  Timeline timeline_;
  HostId host_{"upstream.example.com"};
  ScriptedUpstream upstream_;
  RecordingJournal journal_;
  EngineOptions options_;
  Engine engine_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::set<std::size_t> in_reach_;                   // clients whose answer may be ready
  std::map<TaskId, int> deliveries_;                 // pictures handed out, by task
  std::set<TaskId> running_;                         // started and not yet answered
  std::vector<std::pair<TaskId, CallerId>> leases_;  // in order, for fairness
  std::size_t refused_normal_leases_ = 0;            // refusals that were no probe's
  std::uint64_t alarm_ = 0;                          // only the newest wake-up counts
  bool credited_ = false;                            // picture bytes were let go in this step
  std::optional<std::string> broken_;
};

}  // namespace gw::sim
