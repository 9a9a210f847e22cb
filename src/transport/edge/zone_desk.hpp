// The zone of one upstream as this process has it: kept over a restart, looked at by probes, told
// of by log lines and to whoever shuts and opens the host.
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "telemetry/log.hpp"
#include "transport/address.hpp"
#include "transport/edge/clearance.hpp"
#include "transport/edge/finding.hpp"
#include "transport/edge/pasted.hpp"
#include "transport/edge/zone.hpp"
#include "transport/edge/zone_keeper.hpp"
#include "transport/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace gw::edge {

struct ZoneOptions {
  Address zone;           // the upstream
  std::string egress;     // egress_key() of the way there
  OutgoingRequest probe;  // a GET that costs nothing, as the provider sends it
};

// Nothing is let through: for so long, or until somebody acts.
struct Closed {
  Error reason;
  std::optional<std::chrono::milliseconds> for_at_least;
};

// What an answer means, once the zone has heard of it.
struct Seen {
  Finding finding;
  Advice advice = Advice::judge;
};

// I/O thread; what it is given must outlive it. Its acts are coroutines because they probe and keep
// the record; what they change is told before they return.
class ZoneDesk final : public std::enable_shared_from_this<ZoneDesk> {
 public:
  using Counts = std::map<std::pair<Kind, int>, std::uint64_t>;  // by code
  using Moves = std::map<std::tuple<State, State, Reason>, std::uint64_t>;
  using Changed = std::function<void(std::optional<Closed>)>;

  // Without a keeper nothing outlives the process.
  ZoneDesk(HttpClient& client, ZoneOptions options, const Clock& clock, Log& log,
           ZoneKeeper* keeper);

  // Once, before the first request.
  Async<void> recall();
  void on_changed(Changed changed) { on_changed_ = std::move(changed); }

  // --- of the gate. Every pass comes back by saw() or unsaid().

  std::expected<Pass, TransferFault> enter();
  std::optional<TransferFault> refusal();
  void equip(OutgoingRequest& request, const Pass& pass) const;
  Seen saw(const Pass& pass, const IncomingAnswer& answer, const std::string& url);
  void unsaid(const Pass& pass);
  // Nothing: the answer is the caller's to judge.
  std::optional<TransferFault> fault_of(const Seen& seen) const;
  // Whether anything is to be kept that keep() has not failed at.
  bool has_news() const {
    return keeper_ && kept_ != zone_.revision() && unkept_ != zone_.revision();
  }
  // Ends when what is known now is kept, or could not be: tend() tries that again.
  Async<void> keep();

  // --- of the operator

  Async<std::expected<void, PasteFault>> paste(PasteForm form, std::optional<WallTime> expires);
  // False in states in which there is nothing to try.
  Async<bool> try_again();
  bool try_without();
  Async<void> forget();
  // Every minute or so; `wanted`: somebody wanted to draw.
  Async<void> tend(bool wanted);

  WallTime now() const { return clock_.wall(); }
  const std::string& host() const { return options_.zone.host; }
  const Zone& zone() const { return zone_; }
  const std::string& last_probe() const { return last_probe_; }
  std::optional<Closed> closed_now() const { return closed_at(clock_.wall()); }
  const Counts& counts() const { return counts_; }
  const Moves& moves() const { return moves_; }

 private:
  class ProbeTurn;
  class Writing;
  // What whoever shuts and opens the host was told last; nothing: that it is open.
  struct Told {
    State state = State::unneeded;
    std::optional<WallTime> until;  // cooling
    bool one = false;               // one real request may try
    friend bool operator==(const Told&, const Told&) = default;
  };

  Async<void> run(Probe probe);
  Async<void> write();
  bool probed(const Probe& probe, const Transfer& reply);
  TransferFault refused(const Verdict& verdict, WallTime now) const;
  std::optional<Closed> closed_at(WallTime now) const;
  void count(const Finding& finding);
  void tell();
  void log(const Transition& move);
  void tell_closed();
  void warn_of_end();

  HttpClient& client_;
  const ZoneOptions options_;
  const Clock& clock_;
  Log& log_;
  ZoneKeeper* keeper_;
  Zone zone_;
  Changed on_changed_;
  std::optional<Told> told_closed_;
  std::optional<Probe> due_;  // of a zone that was blocked by another way out
  std::string last_probe_;
  std::uint64_t logged_ = 0;      // revision
  std::uint64_t kept_ = 0;        // revision
  std::uint64_t unkept_ = 0;      // revision at which the last write failed; 0: it did not
  std::weak_ptr<Event> writing_;  // set when it has ended; null: none
  std::uint64_t warned_ = 0;      // generation
  Counts counts_;
  Moves moves_;
};

}  // namespace gw::edge
