#include "core/library/recall.hpp"

#include <algorithm>
#include <utility>

namespace gw {
namespace {

Error key_of_another_request() {
  return Error::invalid_request("Idempotency-Key",
                                "this Idempotency-Key was used for another request; use a new key "
                                "for a new request");
}

bool has_key(const DrawingPlan& plan) {
  return !plan.tasks.front()->idempotency_key.empty();
}

bool wants_cached(const DrawingPlan& plan) {
  return plan.repeat != Repeat::fresh && plan.tasks.front()->cache_key.has_value();
}

void recall(DrawingPlan& plan, std::size_t index, StoredPicture picture, std::uint64_t seed) {
  if (plan.tasks[index]->order.seed != seed) {
    auto task = std::make_shared<TaskSpec>(*plan.tasks[index]);
    task->order.seed = seed;
    plan.tasks[index] = std::move(task);
  }
  plan.recalled[index] = std::move(picture);
}

}  // namespace

bool Recall::may_know(const DrawingPlan& plan) {
  if (is_durable(*plan.tasks.front())) return false;
  return has_key(plan) || wants_cached(plan);
}

Task<DrawingPlan> Recall::look(DrawingPlan plan) {
  plan.recalled.resize(plan.tasks.size());
  if (has_key(plan)) GW_CO_CHECK(co_await by_key(plan));
  if (!wants_cached(plan)) co_return plan;
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    if (plan.recalled[i]) continue;
    co_await by_drawing(plan, i);
    plan.cache_hit = plan.cache_hit || plan.recalled[i];
  }
  co_return plan;
}

Task<void> Recall::by_key(DrawingPlan& plan) {
  const auto first = plan.tasks.front();  // held: recalling puts another in its place
  const auto answers = co_await records_.answers(first->key, first->idempotency_key);
  if (!answers) {
    log_.warn("answers_not_read", {{"detail", answers.error().detail()}});
    co_return Done();
  }
  for (const auto& answer : *answers) {
    if (answer.fingerprint != first->fingerprint) co_return fail(key_of_another_request());
    const auto index = static_cast<std::size_t>(answer.index);
    auto picture = results_.find(answer.picture);
    if (plan.repeat == Repeat::fresh || !picture || index >= plan.tasks.size()) continue;
    recall(plan, index, *std::move(picture), answer.seed);
    plan.answered_before = true;
  }
  co_return Done();
}

Async<void> Recall::by_drawing(DrawingPlan& plan, std::size_t index) {
  const auto& task = *plan.tasks[index];
  const auto cached = co_await records_.cached(task.key, *task.cache_key);
  if (!cached) {
    log_.warn("cache_not_read", {{"detail", cached.error().detail()}});
    co_return;
  }
  if (!*cached) co_return;
  auto picture = results_.find((*cached)->file.id);
  if (picture) recall(plan, index, *std::move(picture), (*cached)->seed);
}

}  // namespace gw
