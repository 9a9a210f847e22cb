#include "core/engine/ticket.hpp"

#include "core/engine/engine.hpp"

#include <algorithm>

namespace gw {
namespace {

std::chrono::milliseconds span(SteadyTime from, SteadyTime to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::max(to - from, SteadyTime::duration{}));
}

}  // namespace

Ticket::Ticket(Ticket&& other) noexcept
    : engine_(std::exchange(other.engine_, nullptr)),
      task_(other.task_),
      waiter_(other.waiter_),
      kind_(other.kind_) {}

Ticket& Ticket::operator=(Ticket&& other) noexcept {
  if (this == &other) return *this;
  leave();
  engine_ = std::exchange(other.engine_, nullptr);
  task_ = other.task_;
  waiter_ = other.waiter_;
  kind_ = other.kind_;
  return *this;
}

Ticket::~Ticket() {
  leave();
}

bool Ticket::ready() const {
  const auto* waiter = engine_->waiter_of(task_, waiter_);
  if (waiter->timed_out) return true;
  const auto state = engine_->record(task_).state;
  if (state == TaskState::saving) return waiter->wait_for == WaitFor::picture;
  return is_final(state);
}

Result<const Outcome*> Ticket::outcome() const {
  const auto* waiter = engine_->waiter_of(task_, waiter_);
  const auto& outcome = engine_->record(task_).outcome;
  const bool drawn = outcome.picture || outcome.stored;
  if (drawn && (!waiter->timed_out || waiter->wait_for != WaitFor::file)) return &outcome;
  if (waiter->timed_out) return fail(*waiter->timed_out);
  return fail(
      outcome.error.value_or(Error::internal("a settled task has neither picture nor error")));
}

Progress Ticket::progress() const {
  return engine_->progress(task_);
}

const Preview* Ticket::preview() const {
  return engine_->record(task_).preview.get();
}

void Ticket::taken() {
  engine_->taken(task_, waiter_);
}

void Ticket::delivered() {
  engine_->delivered(task_);
}

const TaskSpec& Ticket::spec() const {
  return *engine_->record(task_).spec;
}

std::uint64_t Ticket::seed() const {
  return spec().order.seed;
}

std::chrono::milliseconds Ticket::queued_for() const {
  const auto& task = engine_->record(task_);
  return span(task.admitted, task.started);
}

std::chrono::milliseconds Ticket::upstream_for() const {
  const auto& task = engine_->record(task_);
  return span(task.started, task.answered);
}

std::optional<PointsSpent> Ticket::points() const {
  const auto& trying = engine_->record(task_).trying;
  if (kind_ == TicketKind::shared || !trying || !trying->price) return std::nullopt;
  return PointsSpent{trying->spent, trying->spent > 0 && trying->price->doubled_by_size};
}

void Ticket::leave() {
  if (auto* engine = std::exchange(engine_, nullptr)) engine->leave(task_, waiter_);
}

}  // namespace gw
