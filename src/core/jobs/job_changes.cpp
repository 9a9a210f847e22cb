#include "core/jobs/job_changes.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace gw {

struct JobChanges::Bells {
  std::unordered_map<RequestId, std::set<Listener*>> of_job;
  std::set<Listener*> of_all;
  bool closed = false;

  static void ring(const std::set<Listener*>& listeners) {
    for (auto* listener : listeners) listener->ring();
  }
  void ring(const RequestId& job) const {
    if (const auto found = of_job.find(job); found != of_job.end()) ring(found->second);
  }
  void ring_all() const {
    for (const auto& [job, listeners] : of_job) ring(listeners);
    ring(of_all);
  }
  void remove(Listener* listener, const std::optional<RequestId>& job) {
    if (!job) {
      of_all.erase(listener);
      return;
    }
    const auto found = of_job.find(*job);
    found->second.erase(listener);
    if (found->second.empty()) of_job.erase(found);
  }
};

JobChanges::JobChanges(Executor io, const Clock& clock)
    : io_(io), bells_(std::make_shared<Bells>()) {
  const auto now =
      std::chrono::duration_cast<std::chrono::microseconds>(clock.wall().time_since_epoch());
  newest_ = forgotten_ = static_cast<std::uint64_t>(std::max<std::int64_t>(now.count(), 1));
}

JobChanges::~JobChanges() = default;

void JobChanges::add(const std::vector<RequestId>& jobs) {
  for (const auto& job : jobs) note(job);
  Bells::ring(bells_->of_all);
}

void JobChanges::add_removed(RequestId job, CallerId owner) {
  latest_[job].removed_from = std::move(owner);
  note(std::move(job));
  Bells::ring(bells_->of_all);
}

void JobChanges::note(RequestId job) {
  auto& latest = latest_[job];
  latest.number = ++newest_;
  bells_->ring(job);
  log_.push_back({newest_, std::move(job), latest.removed_from});
  while (log_.size() > kRemembered) forget_oldest();
}

void JobChanges::forget_oldest() {
  const auto oldest = std::move(log_.front());
  log_.pop_front();
  forgotten_ = oldest.number;
  const auto found = latest_.find(oldest.job);
  if (found != latest_.end() && found->second.number == oldest.number) latest_.erase(found);
}

void JobChanges::close() {
  bells_->closed = true;
  bells_->ring_all();
}

bool JobChanges::closed() const {
  return bells_->closed;
}

std::unique_ptr<JobChanges::Listener> JobChanges::listen(RequestId job) {
  return std::make_unique<Listener>(io_, bells_, std::move(job));
}

std::unique_ptr<JobChanges::Listener> JobChanges::listen() {
  return std::make_unique<Listener>(io_, bells_, std::nullopt);
}

std::optional<JobChanges::Change> JobChanges::after(std::uint64_t number) const {
  auto next = std::ranges::upper_bound(log_, number, {}, &Change::number);
  while (next != log_.end() && latest_.at(next->job).number != next->number) ++next;
  if (next == log_.end()) return std::nullopt;
  return *next;
}

bool JobChanges::reaches_back_to(std::uint64_t number) const {
  return number >= forgotten_ && number <= newest_;
}

JobChanges::Listener::Listener(Executor io, std::shared_ptr<Bells> bells,
                               std::optional<RequestId> job)
    : bells_(std::move(bells)), job_(std::move(job)), timer_(io) {
  auto& listeners = job_ ? bells_->of_job[*job_] : bells_->of_all;
  listeners.insert(this);
}

JobChanges::Listener::~Listener() {
  bells_->remove(this, job_);
}

void JobChanges::Listener::ring() {
  rung_ = true;
  timer_.cancel();
}

Async<bool> JobChanges::Listener::rings_within(std::chrono::milliseconds at_most) {
  if (rung_) co_return true;
  timer_.expires_after(at_most);
  boost::system::error_code ignored;
  co_await timer_.async_wait(asio::redirect_error(use_awaitable, ignored));
  // ring() and a cancelled coroutine both end the wait early; the state tells them apart.
  const auto state = co_await asio::this_coro::cancellation_state;
  if (!rung_ && state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
  co_return rung_;
}

}  // namespace gw
