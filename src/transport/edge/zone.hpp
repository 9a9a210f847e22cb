// One edge zone: an upstream's host as seen from one way out. Whether anything may be sent there
// now, what an answer of the edge means for the request and for all others, and the operator's
// clearance (cloudflare-upstream §4).
#pragma once

#include "base/clock.hpp"
#include "transport/edge/clearance.hpp"
#include "transport/edge/cooldown.hpp"
#include "transport/edge/finding.hpp"
#include "transport/edge/zone_record.hpp"
#include "transport/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gw::edge {

// Leave to send one request. It must come back exactly once, by Zone::saw() or Zone::unsaid().
struct Pass {
  std::uint64_t generation = 0;  // the clearance it goes with
  std::uint64_t round = 0;       // of the cooldown
  bool trial = false;            // the one request after a cooldown
  bool without = false;          // the one that the operator let go without a clearance
};

struct Verdict {
  enum class What : std::uint8_t {
    send,     // with `pass`
    wait,     // so long, or until the zone's revision changes when `wait` says nothing
    needed,   // only the operator can help: what waits is held, what comes is refused
    blocked,  // … and everything is refused
  };
  What what = What::send;
  Pass pass;
  std::optional<std::chrono::milliseconds> wait;
};

// What becomes of a request whose answer came. All but `judge` and `fail` mean that the edge gave
// the answer in place of the upstream, so that sending it again costs nothing, POST or not.
enum class Advice : std::uint8_t {
  judge,  // nothing of the zone's: the answer speaks for itself
  again,  // stale news: once more, as the zone now is
  hold,   // back to the line, until the operator has renewed the clearance
  wait,   // back to the line; ask() says for how long
  fail,
};

// A call that costs nothing and finds out how the edge takes us.
struct Probe {
  std::uint64_t number = 0;
  std::optional<Clearance> with;  // nothing: as ourselves
};

struct Transition {
  State from = State::unneeded;
  State to = State::unneeded;
  Reason reason = Reason::none;
};

// Pure: no clock of its own, no callbacks. Its owner compares revision() after every call: when it
// has changed, snapshot() is to be kept and those who wait may ask again. I/O thread.
class Zone final {
 public:
  explicit Zone(ZoneRecord record = {}) : record_(std::move(record)) {
    cooldown_ = Cooldown(record_.cooldown);
    shown_ = state();
  }

  Verdict ask(WallTime now);
  // What ask() would say, without taking leave.
  Verdict look(WallTime now) const;
  void expire(WallTime now);  // a clearance that is past its bound is over; ask() does it too
  // `replayed`: this request has met a challenge before. It is not sent a third time.
  Advice saw(const Pass& pass, const Finding& finding, bool replayed, WallTime now);
  void unsaid(const Pass& pass);  // no answer came, or nothing was sent
  // What an answer to it sets: a clearance is renewed under our hands.
  void take_cookies(const Pass& pass, const IncomingAnswer& answer, const Address& from,
                    WallTime now);

  // What a request goes with; null: as ourselves.
  const Clearance* clearance(const Pass& pass) const;

  // --- the operator. A new probe makes the news of an older one void.

  Probe pasted(Clearance clearance, WallTime now);
  // Of `needed` and `blocked`; nothing in other states.
  std::optional<Probe> try_again();
  // Of `needed`: one real request goes without a clearance, and decides. False in other states.
  bool try_without();
  void forget(WallTime now);
  // Whatever was known of another way out does not count; nothing unless a blocked zone has to be
  // looked at.
  std::optional<Probe> set_egress(std::string key, WallTime now);

  // When a zone has been `needed` for 15 minutes and somebody wants to draw, it is asked whether it
  // still is. Nothing when that is not due. Never to keep a clearance alive.
  std::optional<Probe> quiet_probe(WallTime now);

  // Nothing: no answer. True: to be tried once more, under the same number.
  bool probed(std::uint64_t number, const std::optional<Finding>& finding, WallTime now);

  State state() const;
  Reason reason() const { return record_.reason; }
  ZoneRecord snapshot() const;
  std::uint64_t revision() const { return revision_; }
  std::vector<Transition> take_transitions() { return std::exchange(transitions_, {}); }

 private:
  enum class Without : std::uint8_t { no, allowed, out };
  struct Probing {
    std::uint64_t number = 0;
    bool with_candidate = false;
    int failures = 0;
  };

  Advice challenged(const Pass& pass, const Finding& finding, bool replayed, WallTime now);
  Advice refused(const Pass& pass, const Finding& finding, WallTime now);
  Advice limited(const Pass& pass, const Finding& finding, WallTime now);
  Advice passed(const Pass& pass, const Finding& finding, WallTime now);
  void probe_is_clean(bool with_candidate, const Finding& finding, WallTime now);
  void probe_is_challenged(bool with_candidate, const Finding& finding, WallTime now);
  Probe begin_probe(bool with_candidate);

  void enter(State state, Reason reason, WallTime now);
  void become_clear(State state, WallTime now);
  void cooldown_is_over();
  void remember(const Finding& finding);
  void changed();  // after whatever may have changed the state

  ZoneRecord record_;  // its cooldown is cooldown_'s
  Cooldown cooldown_;
  std::optional<Clearance> candidate_;  // pasted, and not yet found good
  std::optional<Probing> probing_;
  std::uint64_t probes_ = 0;
  Without without_ = Without::no;
  int refusals_ = 0;      // in a row
  int short_lives_ = 0;   // clearances in a row that were challenged within a minute
  WallTime looked_at_{};  // last quiet probe
  State shown_ = State::unneeded;
  std::uint64_t revision_ = 0;
  std::vector<Transition> transitions_;
};

}  // namespace gw::edge
