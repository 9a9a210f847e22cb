// A client's hold on a task. Letting go of it is how a client leaves; the task knows what to do
// then.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace gw {

class Engine;
struct Outcome;
struct Preview;
struct TaskSpec;

// Where a task is, for people who wait for it.
struct Progress {
  enum class Stage : std::uint8_t { queued, drawing, drawn };
  Stage stage = Stage::queued;
  std::size_t place = 0;                      // queued: 1 is next
  std::size_t queued = 0;                     // how many wait for the same host
  std::chrono::milliseconds drawing_time{0};  // since the last lease
};

enum class TicketKind : std::uint8_t {
  made,
  adopted,   // of one's own earlier request
  shared,    // single flight: of an equal drawing that was on its way
  recalled,  // the picture was there
};

// What a picture cost an upstream's account.
struct PointsSpent {
  std::int64_t points = 0;
  bool doubled_by_size = false;  // a smaller picture would have cost half
};

// Movable, not copyable; I/O thread; the engine outlives it.
class Ticket final {
 public:
  Ticket(Engine& engine, TaskId task, WaiterId waiter, TicketKind kind)
      : engine_(&engine), task_(task), waiter_(waiter), kind_(kind) {}
  Ticket(Ticket&& other) noexcept;
  Ticket& operator=(Ticket&& other) noexcept;
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket();

  // Whether what was waited for is there: the picture or its file, a failure, or the deadline.
  bool ready() const;
  // Once ready. The pointer lives as long as the ticket is held. An error is the deadline's or the
  // drawing's; a failed storing is in Outcome::error beside the picture.
  Result<const Outcome*> outcome() const;

  Progress progress() const;
  // The newest, if previews were wanted and one has come; until the next one or the picture.
  const Preview* preview() const;

  // The bytes are not needed any more; what is stored may leave the memory.
  void taken();
  // The client has it: a repeat will not find this task any more.
  void delivered();

  TicketKind kind() const { return kind_; }
  TaskId task() const { return task_; }
  const TaskSpec& spec() const;  // by the route it goes now; until the engine is told something
  std::uint64_t seed() const;
  std::chrono::milliseconds queued_for() const;    // from admission to the last lease
  std::chrono::milliseconds upstream_for() const;  // from the last lease to the answer
  // Nothing: it bills no points for this, or another request has paid.
  std::optional<PointsSpent> points() const;

 private:
  void leave();

  Engine* engine_;
  TaskId task_;
  WaiterId waiter_;
  TicketKind kind_;
};

}  // namespace gw
