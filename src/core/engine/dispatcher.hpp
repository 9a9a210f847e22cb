// Drives the engine on the real loop: draws leased tasks through their provider, keeps the
// pictures, turns time.
#pragma once

#include "base/event.hpp"
#include "base/task_group.hpp"
#include "core/engine/engine.hpp"
#include "core/finishing.hpp"
#include "core/library/results.hpp"
#include "core/ports/provider.hpp"
#include "telemetry/log.hpp"

#include <map>
#include <memory>

namespace gw {

// Owned by the composition root, made before the engine and bound to it afterwards; I/O thread.
// Drawing tasks are never cancelled by clients; stop() cancels them when the process ends.
class Dispatcher final : public EngineDriver {
 public:
  Dispatcher(Executor io, ResultStore& results, Log& log);

  // `finisher` makes of a job's pictures what was asked for, before they are kept.
  void bind(Engine& engine, Journal& journal, Finisher& finisher);
  void add_provider(Provider& provider);

  void start(TaskId task, std::shared_ptr<const TaskSpec> spec) override;
  void wake_at(std::optional<SteadyTime> at) override;
  void check(const HostId& host, const AccountId& account) override;
  std::optional<Price> price(const TaskSpec& spec) const override;

  // How many tasks are being drawn or saved.
  std::size_t running() const { return tasks_.size(); }
  // Waits until they are through, or cancels them at `deadline`.
  Async<void> stop(SteadyTime deadline);

 private:
  Async<void> run(TaskId task, std::shared_ptr<const TaskSpec> spec);
  Async<void> look_at(HostId host, AccountId account);
  Async<Answer> draw(TaskId task, const TaskSpec& spec);
  Task<ImageOrder> complete(const TaskSpec& spec);
  Task<SharedBytes> in_memory(const Reference& reference);
  Async<void> keep(TaskId task, std::shared_ptr<const TaskSpec> spec, Picture picture);
  Task<std::optional<StoredPicture>> stored(const TaskSpec& spec, PictureId id, Picture picture);
  Async<Picture> as_asked(const TaskSpec& spec, Picture picture);
  Error as_error(std::exception_ptr bug);
  void advance_soon();

  Executor io_;
  ResultStore& results_;
  Log& log_;
  Engine* engine_ = nullptr;
  Journal* journal_ = nullptr;
  Finisher* finisher_ = nullptr;
  std::map<HostId, Provider*> providers_;
  Event::Timer timer_;
  bool advancing_ = false;
  TaskGroup tasks_;
};

}  // namespace gw
