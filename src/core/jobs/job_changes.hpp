// Which jobs have changed, and in which order: what their events are read from.
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/ids.hpp"
#include "base/task.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace gw {

// The newest kRemembered changes, whoever listens: a slow reader costs nothing, and of a job that
// changed several times meanwhile it hears once. I/O thread. Listeners may outlive it.
class JobChanges final {
 public:
  static constexpr std::size_t kRemembered = 4096;

  struct Change {
    std::uint64_t number = 0;  // grows with every change, also over restarts
    RequestId job;
    CallerId removed_from;  // whose job it was that is gone; empty: it is there
  };
  class Listener;

  // `clock` at the start: the numbers go on growing after a restart.
  JobChanges(Executor io, const Clock& clock);
  ~JobChanges();
  JobChanges(const JobChanges&) = delete;
  JobChanges& operator=(const JobChanges&) = delete;

  void add(const std::vector<RequestId>& jobs);
  // Its rows are gone, so only this tells whose it was. Whatever its tasks still do, it stays gone.
  void add_removed(RequestId job, CallerId owner);
  // Everybody who listens is to end.
  void close();
  bool closed() const;

  // Of one job; or of all.
  std::unique_ptr<Listener> listen(RequestId job);
  std::unique_ptr<Listener> listen();

  std::uint64_t newest() const { return newest_; }
  // The next one after `number` whose job has not changed again since. Nothing: that was all.
  std::optional<Change> after(std::uint64_t number) const;
  // False when some change after `number` is forgotten, or `number` was never given out.
  bool reaches_back_to(std::uint64_t number) const;

 private:
  struct Bells;
  struct Latest {
    std::uint64_t number = 0;
    CallerId removed_from;
  };
  void note(RequestId job);
  void forget_oldest();

  Executor io_;
  std::shared_ptr<Bells> bells_;
  std::deque<Change> log_;
  std::unordered_map<RequestId, Latest> latest_;  // of each job in the log
  std::uint64_t newest_;
  std::uint64_t forgotten_;  // the newest change that is not in the log any more
};

// Rings when something has changed. For one coroutine at a time.
class JobChanges::Listener final {
 public:
  Listener(Executor io, std::shared_ptr<Bells> bells, std::optional<RequestId> job);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // To be called before looking at what may have changed.
  void reset() { rung_ = false; }
  // False when it has not rung by then.
  Async<bool> rings_within(std::chrono::milliseconds at_most);

 private:
  friend struct Bells;
  void ring();

  std::shared_ptr<Bells> bells_;
  std::optional<RequestId> job_;
  bool rung_ = false;
  Event::Timer timer_;
};

}  // namespace gw
