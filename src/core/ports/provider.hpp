// The port every upstream implements: what it offers, and how one picture is drawn.
#pragma once

#include "base/ids.hpp"
#include "base/task.hpp"
#include "core/accounts/account.hpp"
#include "core/generation.hpp"
#include "core/model.hpp"
#include "core/ports/host_shut.hpp"
#include "core/ports/provider_tally.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gw {

class ClearanceDoor;

// What happens to a request whose account has used up its allowance.
enum class OnExhausted : std::uint8_t { next, fail };

// What the protocol's "act" column says is to be done after a failure (dreamifly-protocol §3.8).
enum class Act : std::uint8_t {
  fail,     // answer the client now
  wait,     // nothing was counted or paid: queue, then repeat the same request
  once,     // at most one repeat, after a pause
  relogin,  // refresh the session once, then repeat
  other,    // the account is unusable; another one may serve the request
};
std::string_view to_string(Act act);

// What a failure is bound to: a host-scoped one never moves to another account.
enum class Scope : std::uint8_t { request, account, host };

struct UpstreamFailure {
  Error error;  // for the client, if the task ends here
  Act act = Act::fail;
  Scope scope = Scope::request;
  std::chrono::milliseconds pause{
      0};  // for wait and once: the shortest pause that makes sense; 0: engine's own
  // Nobody knows whether the upstream still draws (reset, our own read time-out): its slot stays
  // unsure.
  bool slot_unsure = false;
  // The upstream says that all its places for us are taken. Only this answer is free of cost.
  bool concurrency_refusal = false;
  // Sent, and known not to have been paid or begun: it may be asked of another route.
  bool unpaid = false;
  // The way to the upstream failed, or what stands there is not working: counts for the breaker.
  bool transport_fault = false;
  // An edge wanted to see a human in place of the upstream: sent once more, and not a third time.
  bool challenged = false;
  int status = 0;                              // of the answer; 0: there was none
  std::optional<AccountFinding> account = {};  // what it says about the account that was used
  std::optional<HostShut> shut = {};
};

using Answer = std::expected<Picture, UpstreamFailure>;

// What to answer when sending() failed: the task waits until the journal can be written again.
inline UpstreamFailure not_recorded(Error error) {
  UpstreamFailure failure;
  failure.error = std::move(error);
  failure.act = Act::wait;
  failure.pause = std::chrono::seconds(5);
  return failure;
}

// Given by the engine to the provider for one try of one task.
class Attempt {
 public:
  virtual ~Attempt() = default;
  // Whose turn it is; empty where the upstream has no accounts.
  virtual const AccountId& account() const;
  // Must have returned before the first byte of the paid request leaves: `sent` is in the journal
  // then, and of a durable task on disk. On an error nothing may be sent: answer not_recorded().
  // What a provider does before (fetching a clock, signing in) may fail freely: the task has not
  // been sent.
  virtual Task<void> sending() = 0;
  // The picture as far as it is drawn, for clients that watch.
  virtual void preview(Picture) {}
  // Whether any client does, as of now: what costs something need not be made otherwise.
  virtual bool wants_previews() const { return false; }
};

// One object for each upstream, owned by the composition root; I/O thread only. `draw` owns what it
// needs until it completes and is not cancelled when a client leaves: the upstream would go on
// drawing anyway.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual std::string_view name() const = 0;   // "dreamifly", "demo"; goes into x-provider
  virtual const HostId& host() const = 0;      // whose slots its tasks take
  virtual std::size_t host_limit() const = 0;  // how many at a time
  // What it can draw, known at start. Addresses stay; `offered` alone changes, in refresh().
  virtual const std::vector<ModelInfo>& models() const = 0;
  // What it was found to draw besides, under the upstream's own ids. Addresses stay; grows only, in
  // refresh().
  virtual std::span<const ModelInfo* const> discovered() const { return {}; }
  // Looks at what may have changed upstream. Called at start and every minute or so, beside
  // drawings; whether anything is due and what becomes of a failure is the provider's business.
  virtual Async<void> refresh() { co_return; }
  // Asks it something that costs nothing, now: the operator wants to know whether it answers. The
  // error says how it did not.
  virtual Task<void> reach();
  virtual Async<Answer> draw(const ImageOrder& order, Attempt& attempt) = 0;

  // --- accounts; none: the upstream is used as nobody, or by the key in its settings

  // Those of its configuration.
  virtual std::vector<AccountSettings> configured_accounts() const { return {}; }
  // Adds or changes one; invalid_request names the field that does not fit ("credentials.email").
  virtual Result<void> set_account(const AccountSettings& account);
  virtual void remove_account(const AccountId&) {}
  // Looks at it by calls that cost nothing, and reads what it may still draw.
  virtual Async<AccountFinding> check_account(AccountId account);
  // Nothing: free, or not known.
  virtual std::optional<Price> price(const ImageOrder&) const { return std::nullopt; }
  virtual OnExhausted on_exhausted() const { return OnExhausted::next; }
  // For /metrics.
  virtual ProviderTally tally() const { return {}; }

  // --- the edge in front of it

  // Null: there is none that we know how to deal with.
  virtual ClearanceDoor* clearance_door() { return nullptr; }
};

}  // namespace gw
