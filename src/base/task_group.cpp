#include "base/task_group.hpp"

#include "base/event.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <list>
#include <vector>

namespace gw {
namespace {

using Signal = asio::cancellation_signal;

bool is_cancellation(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;  // the caller still holds it and reports it
  }
}

}  // namespace

struct TaskGroup::State {
  State(Executor io, Report on_bug) : executor(io), report(std::move(on_bug)), empty(io) {}

  Executor executor;
  Report report;
  Event::Timer empty;  // cancelled when the last member has gone
  std::list<std::shared_ptr<Signal>> members;
};

TaskGroup::TaskGroup(Executor executor, Report report)
    : state_(std::make_shared<State>(executor, std::move(report))) {}

void TaskGroup::Member::cancel() const {
  // Kept alive here: the emit may end the member, which drops the group's own reference.
  if (const auto signal = signal_.lock()) signal->emit(asio::cancellation_type::terminal);
}

TaskGroup::Member TaskGroup::spawn(Async<void> work) {
  const auto place = state_->members.insert(state_->members.end(), std::make_shared<Signal>());
  const std::weak_ptr<Signal> signal = *place;
  auto ended = [state = state_, place](std::exception_ptr bug) {
    state->members.erase(place);
    if (state->members.empty()) state->empty.cancel();
    if (bug && !is_cancellation(bug)) state->report(bug);
  };
  asio::co_spawn(state_->executor, std::move(work),
                 asio::bind_cancellation_slot((*place)->slot(), std::move(ended)));
  return Member(signal);
}

void TaskGroup::cancel() {
  const std::vector<std::shared_ptr<Signal>> members(state_->members.begin(),
                                                     state_->members.end());
  for (const auto& signal : members) signal->emit(asio::cancellation_type::terminal);
}

std::size_t TaskGroup::size() const {
  return state_->members.size();
}

Async<void> TaskGroup::wait_until_empty() {
  co_await wait_until_empty(SteadyTime::max());
}

Async<void> TaskGroup::wait_until_empty(SteadyTime deadline) {
  const auto state = state_;
  while (!state->members.empty() && std::chrono::steady_clock::now() < deadline) {
    state->empty.expires_at(deadline);
    boost::system::error_code
        ignored;  // cancelled by the last member, or by our caller's cancellation,
    co_await state->empty.async_wait(asio::redirect_error(use_awaitable, ignored));
    // which only shows in the coroutine's own state.
    if ((co_await asio::this_coro::cancellation_state).cancelled() !=
        asio::cancellation_type::none) {
      throw boost::system::system_error(asio::error::operation_aborted);
    }
  }
}

}  // namespace gw
