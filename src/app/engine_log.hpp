// What the engine does, line by line, so that an operator can answer "why was this slow, why did it
// fail" from one request id (docs/operations.md).
#pragma once

#include "base/clock.hpp"
#include "core/engine/engine_observer.hpp"
#include "telemetry/log.hpp"

#include <optional>
#include <string_view>

namespace gw::app {

// Owned by the composition root, outlives the engine; I/O thread. One line for each event; no
// prompts, no credentials.
class EngineLog final : public EngineObserver {
 public:
  EngineLog(Log& log, const Clock& clock) : log_(log), clock_(clock) {}

  void joined(const TaskRecord& task, TicketKind kind, const RequestInfo* who) override;
  void queued(const TaskRecord& task, HeldBy why) override;
  void leased(const TaskRecord& task, const EngineHost& host, SteadyTime::duration waited) override;
  void tried(const TaskRecord& task, const TryRecord& tried, SteadyTime::duration took,
             const UpstreamFailure* failure) override;
  void repeated(const TaskRecord& task, Act act, SteadyTime::duration pause) override;
  void rerouted(const TaskRecord& task, const TaskSpec& left, std::string_view why) override;
  void settled(const TaskRecord& task) override;
  void host_shut(const HostId& id, const EngineHost& host,
                 std::optional<SteadyTime::duration> time) override;
  void host_opened(const HostId& id, const EngineHost& host) override;
  void account_changed(const EngineHost& host, const AccountId& id,
                       const std::optional<AccountView>& before,
                       const std::optional<AccountView>& now) override;

 private:
  Log& log_;
  const Clock& clock_;
};

}  // namespace gw::app
