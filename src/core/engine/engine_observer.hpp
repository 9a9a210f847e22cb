// Told of what the engine does, as it happens: whoever writes the log and counts.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "core/accounts/account.hpp"
#include "core/engine/ticket.hpp"
#include "core/engine/try_record.hpp"
#include "core/ports/provider.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gw {

struct EngineHost;
struct RequestInfo;
struct TaskRecord;
struct TaskSpec;

// Why a task was not leased as soon as it was admitted.
enum class HeldBy : std::uint8_t {
  line,      // others are before it, or all slots are taken
  door,      // its host is shut
  accounts,  // none that fits has a place
  memory,    // the budget for pictures is spent
};
std::string_view to_string(HeldBy why);

// The engine has no idea who listens, and what it does does not depend on it. None of these may
// call back into the engine before it returns. I/O thread.
class EngineObserver {
 public:
  virtual ~EngineObserver() = default;

  // A request is now waited for by somebody else's task, or by his own earlier one.
  virtual void joined(const TaskRecord&, TicketKind, const RequestInfo* /*who joins*/) {}
  virtual void queued(const TaskRecord&, HeldBy) {}
  // After it has waited for so long since it was admitted or the last try ended.
  virtual void leased(const TaskRecord&, const EngineHost&, SteadyTime::duration /*waited*/) {}
  // Null: it was drawn.
  virtual void tried(const TaskRecord&, const TryRecord&, SteadyTime::duration /*took*/,
                     const UpstreamFailure*) {}
  // It goes back into line, and is tried again after the pause at the earliest.
  virtual void repeated(const TaskRecord&, Act, SteadyTime::duration /*pause*/) {}
  virtual void rerouted(const TaskRecord&, const TaskSpec& /*the route it leaves*/,
                        std::string_view /*why*/) {}
  virtual void settled(const TaskRecord&) {}

  // The breaker's or an edge's doing; nothing: until somebody opens it.
  virtual void host_shut(const HostId&, const EngineHost&,
                         std::optional<SteadyTime::duration> /*time*/) {}
  virtual void host_opened(const HostId&, const EngineHost&) {}
  // Nothing before: it is new; nothing now: it was removed.
  virtual void account_changed(const EngineHost&, const AccountId&,
                               const std::optional<AccountView>& /*before*/,
                               const std::optional<AccountView>& /*now*/) {}
};

}  // namespace gw
