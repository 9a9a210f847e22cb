#include "core/engine/dispatcher.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>

#include <exception>

namespace gw {
namespace {

class EngineAttempt final : public Attempt {
 public:
  EngineAttempt(Engine& engine, Journal& journal, TaskId task, PictureId picture)
      : engine_(engine),
        journal_(journal),
        task_(task),
        picture_(std::move(picture)),
        account_(engine.record(task).trying->account) {}
  const AccountId& account() const override { return account_; }
  // What an ephemeral task wrote reaches the disk soon, and nobody waits for that.
  Task<void> sending() override {
    sent_ = true;
    engine_.sending(task_, picture_);
    if (!is_durable(*engine_.record(task_).spec)) co_return Done();
    GW_CO_CHECK(co_await journal_.synced());
    engine_.leaving(task_);
    co_return Done();
  }
  void preview(Picture picture) override { engine_.preview(task_, std::move(picture)); }
  bool wants_previews() const override { return engine_.wants_previews(task_); }
  bool sent() const { return sent_; }

 private:
  Engine& engine_;
  Journal& journal_;
  TaskId task_;
  PictureId picture_;
  AccountId account_;
  bool sent_ = false;
};

constexpr std::chrono::seconds kStoreAgain{2};

// A job's picture must not come into memory while the disk does not take it.
UpstreamFailure nowhere_to_keep() {
  return not_recorded(
      Error(ErrorKind::storage_unavailable, "pictures cannot be stored at the moment"));
}

std::string describe(std::exception_ptr bug) {
  try {
    std::rethrow_exception(bug);
  } catch (const std::exception& error) {
    return error.what();
  }
}

bool is_cancellation(std::exception_ptr bug) {
  try {
    std::rethrow_exception(bug);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

TaskGroup::Report report_to(Log& log) {
  return [&log](std::exception_ptr bug) { log.error("bug", {{"detail", describe(bug)}}); };
}

}  // namespace

Dispatcher::Dispatcher(Executor io, ResultStore& results, Log& log)
    : io_(io), results_(results), log_(log), timer_(io), tasks_(io, report_to(log)) {}

void Dispatcher::bind(Engine& engine, Journal& journal, Finisher& finisher) {
  engine_ = &engine;
  journal_ = &journal;
  finisher_ = &finisher;
  engine.pictures_in_memory().on_credit([this] { advance_soon(); });
}

void Dispatcher::add_provider(Provider& provider) {
  providers_.emplace(provider.host(), &provider);
}

void Dispatcher::start(TaskId task, std::shared_ptr<const TaskSpec> spec) {
  tasks_.spawn(run(task, std::move(spec)));
}

void Dispatcher::wake_at(std::optional<SteadyTime> at) {
  timer_.cancel();
  if (!at) return;
  timer_.expires_at(*at);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) engine_->advance();
  });
}

void Dispatcher::check(const HostId& host, const AccountId& account) {
  tasks_.spawn(look_at(host, account));
}

std::optional<Price> Dispatcher::price(const TaskSpec& spec) const {
  return providers_.at(spec.host)->price(spec.order);
}

// A provider that throws has a bug; its account is looked at again later.
Async<void> Dispatcher::look_at(HostId host, AccountId account) {
  co_await asio::post(io_, use_awaitable);
  std::exception_ptr bug;
  try {
    const auto finding = co_await providers_.at(host)->check_account(account);
    engine_->found(host, account, finding);
    co_return;
  } catch (const std::exception&) {
    bug = std::current_exception();
  }
  const AccountFinding trouble{.state = AccountState::cooling,
                               .reason = as_error(bug).message(),
                               .rest = {},
                               .allowance = {},
                               .own_trouble = false};
  engine_->found(host, account, trouble);
}

Async<void> Dispatcher::stop(SteadyTime deadline) {
  co_await tasks_.wait_until_empty(deadline);
  engine_->stop();
  tasks_.cancel();
  co_await tasks_.wait_until_empty();
  timer_.cancel();
  engine_->pictures_in_memory().on_credit(
      {});  // a response may let go of its bytes when we are gone
}

Async<void> Dispatcher::run(TaskId task, std::shared_ptr<const TaskSpec> spec) {
  // The engine must not be called back before start() has returned.
  co_await asio::post(io_, use_awaitable);
  auto answer = co_await draw(task, *spec);
  std::optional<Picture> picture;
  if (answer) picture = *answer;
  engine_->answered(task, std::move(answer));
  if (!picture) co_return;
  // First the task that got the slot: its upstream waits, and a disk has time.
  co_await asio::post(io_, use_awaitable);
  co_await keep(task, std::move(spec), std::move(*picture));
}

// A provider that throws has a bug; its task must still end and its slot must still come back.
Async<Answer> Dispatcher::draw(TaskId task, const TaskSpec& spec) {
  EngineAttempt attempt(*engine_, *journal_, task, results_.new_id());
  std::exception_ptr bug;
  try {
    if (is_durable(spec) && !results_.accepting()) co_return std::unexpected(nowhere_to_keep());
    auto order = co_await complete(spec);
    if (!order) co_return std::unexpected(UpstreamFailure{.error = std::move(order).error()});
    auto answer = co_await providers_.at(spec.host)->draw(*order, attempt);
    if (answer && !attempt.sent()) {
      log_.error("bug", {{"detail", std::string_view("a provider drew without saying so before")}});
      static_cast<void>(co_await attempt.sending());
    }
    co_return answer;
  } catch (const std::exception&) {
    bug = std::current_exception();
  }
  UpstreamFailure failure;
  failure.error = as_error(bug);
  failure.slot_unsure = true;
  co_return std::unexpected(std::move(failure));
}

// The references come into memory only now, so those of waiting tasks take none.
Task<ImageOrder> Dispatcher::complete(const TaskSpec& spec) {
  auto order = spec.order;
  for (const auto& reference : spec.references) {
    GW_CO_TRY(auto bytes, co_await in_memory(reference));
    order.references.push_back(std::move(bytes));
  }
  if (spec.mask) {
    GW_CO_TRY(order.mask, co_await in_memory(*spec.mask));
  }
  co_return order;
}

// They count until the task is drawn. Only leasing looks at the budget, so what is drawn never
// waits for itself.
Task<SharedBytes> Dispatcher::in_memory(const Reference& reference) {
  GW_CO_TRY(auto bytes, co_await reference.upload->read());
  co_return engine_->pictures_in_memory().charge(std::move(bytes));
}

Async<void> Dispatcher::keep(TaskId task, std::shared_ptr<const TaskSpec> spec, Picture picture) {
  std::exception_ptr bug;
  Result<std::optional<StoredPicture>> kept;
  try {
    kept = co_await stored(*spec, engine_->record(task).picture, std::move(picture));
  } catch (const std::exception&) {
    bug = std::current_exception();
  }
  if (bug) kept = fail(as_error(bug));
  engine_->saved(task, std::move(kept));
}

Task<std::optional<StoredPicture>> Dispatcher::stored(const TaskSpec& spec, PictureId id,
                                                      Picture picture) {
  if (!is_kept(spec)) co_return std::nullopt;
  if (is_durable(spec)) picture = co_await as_asked(spec, std::move(picture));
  // A job's row says that its picture is there, and that row is synced.
  const auto sync = is_durable(spec) ? BlobSync::synced : BlobSync::lazy;
  auto stored = co_await results_.keep_as(id, picture.bytes, picture.format, sync);
  // A job's picture is paid for, and nobody holds its bytes but us: until the disk takes it again.
  while (!stored && is_durable(spec) && !results_.accepting()) {
    Event::Timer pause(io_, kStoreAgain);
    co_await pause.async_wait(use_awaitable);
    stored = co_await results_.keep_as(id, picture.bytes, picture.format, sync);
  }
  if (!stored) co_return fail(std::move(stored).error());
  co_return std::optional(*std::move(stored));
}

// A job's result is read many times, so it is finished once. What cannot be finished is kept as it
// was drawn: it is paid for.
Async<Picture> Dispatcher::as_asked(const TaskSpec& spec, Picture picture) {
  auto finished = co_await finisher_->as_asked(picture, spec.request->output);
  if (finished) co_return *std::move(finished);
  log_.warn("picture_not_finished", {{"detail", finished.error().detail()}});
  co_return picture;
}

// The operation_aborted that ends everything when the process stops is none.
Error Dispatcher::as_error(std::exception_ptr bug) {
  if (is_cancellation(bug)) std::rethrow_exception(bug);
  auto detail = describe(bug);
  log_.error("bug", {{"detail", detail}});
  return Error::internal(std::move(detail));
}

void Dispatcher::advance_soon() {
  if (std::exchange(advancing_, true)) return;
  asio::post(io_, [this] {
    advancing_ = false;
    engine_->advance();
  });
}

}  // namespace gw
