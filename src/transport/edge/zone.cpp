#include "transport/edge/zone.hpp"

#include <algorithm>
#include <array>

namespace gw::edge {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kShortLife = 60s;
constexpr int kMostShortLives = 2;
constexpr std::chrono::minutes kQuiet = 15min;
constexpr int kProbeRetries = 2;
constexpr std::size_t kMostTransitions = 64;  // that nobody has taken

// The owner of the site has said it; others may be the mood of the moment.
bool is_final(int code) {
  constexpr std::array kFinal = {1006, 1007, 1008, 1009, 1020, 1106};
  return std::ranges::find(kFinal, code) != kFinal.end();
}

// The edge let it through, whatever came of it behind.
bool got_through(Kind kind) {
  switch (kind) {
    case Kind::none:
    case Kind::site_rate_limited:
    case Kind::account_auth:
    case Kind::site_captcha:
    case Kind::unexpected_html:
      return true;
    case Kind::challenge:
    case Kind::blocked:
    case Kind::rate_limited:
    case Kind::misconfigured:
    case Kind::origin_error:  // some of these come before the edge looks at who asks
      return false;
  }
  return false;
}

}  // namespace

State Zone::state() const {
  if (probing_) return State::probing;
  if (record_.state == State::blocked || record_.state == State::needed) return record_.state;
  return cooldown_.active() ? State::cooling : record_.state;
}

ZoneRecord Zone::snapshot() const {
  auto record = record_;
  record.cooldown = cooldown_.memory();
  return record;
}

Verdict Zone::ask(WallTime now) {
  expire(now);
  const auto verdict = look(now);
  if (verdict.what != Verdict::What::send) return verdict;
  if (verdict.pass.trial) cooldown_.trial_begins();
  if (verdict.pass.without) without_ = Without::out;
  return verdict;
}

void Zone::expire(WallTime now) {
  if (record_.state == State::valid && record_.clearance && record_.clearance->over(now))
    enter(State::needed, Reason::expired, now);
}

Verdict Zone::look(WallTime now) const {
  using What = Verdict::What;
  if (record_.state == State::blocked) return {.what = What::blocked, .pass = {}, .wait = {}};
  if (record_.state == State::needed && without_ != Without::allowed) {
    const auto what = probing_ ? What::wait : What::needed;
    return {.what = what, .pass = {}, .wait = {}};
  }
  if (const auto wait = cooldown_.wait(now); wait != 0ms)
    return {.what = What::wait, .pass = {}, .wait = wait};
  const Pass pass{.generation = record_.generation,
                  .round = cooldown_.round(),
                  .trial = cooldown_.active(),
                  .without = record_.state == State::needed};
  return {.what = What::send, .pass = pass, .wait = {}};
}

Advice Zone::saw(const Pass& pass, const Finding& finding, bool replayed, WallTime now) {
  if (finding.kind == Kind::rate_limited) return limited(pass, finding, now);
  if (pass.trial) cooldown_is_over();
  if (finding.kind == Kind::challenge) return challenged(pass, finding, replayed, now);
  if (finding.kind == Kind::blocked) return refused(pass, finding, now);
  return passed(pass, finding, now);
}

void Zone::unsaid(const Pass& pass) {
  if (pass.trial) cooldown_.trial_is_lost();
  if (pass.without && without_ == Without::out) without_ = Without::allowed;
  if (pass.trial || pass.without) ++revision_;
}

Advice Zone::challenged(const Pass& pass, const Finding& finding, bool replayed, WallTime now) {
  const auto advice = replayed ? Advice::fail : Advice::hold;
  if (record_.state == State::blocked) return Advice::fail;
  if (pass.generation < record_.generation) return replayed ? Advice::fail : Advice::again;
  if (pass.without) without_ = Without::no;
  if (record_.state == State::needed) return record_.reason == Reason::loop ? Advice::fail : advice;
  const bool short_life = record_.state == State::valid && now - record_.since <= kShortLife;
  short_lives_ = short_life ? short_lives_ + 1 : 0;
  const bool loop = short_lives_ > kMostShortLives;
  remember(finding);
  enter(State::needed, loop ? Reason::loop : Reason::challenged, now);
  return loop ? Advice::fail : advice;
}

Advice Zone::refused(const Pass& pass, const Finding& finding, WallTime now) {
  if (pass.without && without_ == Without::out) without_ = Without::no;
  if (pass.generation < record_.generation) return Advice::fail;
  ++refusals_;
  if (record_.state != State::blocked && (refusals_ > 1 || is_final(finding.code))) {
    remember(finding);
    enter(State::blocked, Reason::refused, now);
  }
  return Advice::fail;
}

Advice Zone::limited(const Pass& pass, const Finding& finding, WallTime now) {
  if (pass.without && without_ == Without::out) without_ = Without::allowed;
  cooldown_.hit(pass.round, finding.retry_after, now);
  if (record_.state == State::unneeded || record_.state == State::valid) {
    remember(finding);
    record_.reason = Reason::rate_limited;
  }
  changed();
  ++revision_;  // a longer wait is news too
  return Advice::wait;
}

Advice Zone::passed(const Pass& pass, const Finding& finding, WallTime now) {
  if (!got_through(finding.kind)) {
    if (pass.without && without_ == Without::out) without_ = Without::no;
    return Advice::judge;
  }
  if (pass.generation != record_.generation) return Advice::judge;
  refusals_ = 0;
  if (pass.without && record_.state == State::needed) become_clear(State::unneeded, now);
  if (record_.clearance && record_.state == State::valid) record_.clearance->last_ok_at = now;
  return Advice::judge;
}

void Zone::take_cookies(const Pass& pass, const IncomingAnswer& answer, const Address& from,
                        WallTime now) {
  if (!clearance(pass)) return;
  if (merge_set_cookies(record_.clearance->cookies, answer, from, now)) ++revision_;
}

const Clearance* Zone::clearance(const Pass& pass) const {
  const bool with = record_.clearance && record_.state == State::valid && !pass.without &&
                    pass.generation == record_.generation;
  return with ? &*record_.clearance : nullptr;
}

Probe Zone::pasted(Clearance clearance, WallTime now) {
  clearance.obtained_at = now;
  candidate_ = std::move(clearance);
  return begin_probe(true);
}

std::optional<Probe> Zone::try_again() {
  if (record_.state != State::needed && record_.state != State::blocked) return std::nullopt;
  return begin_probe(record_.state == State::needed && candidate_.has_value());
}

bool Zone::try_without() {
  if (record_.state != State::needed) return false;
  without_ = Without::allowed;
  ++revision_;
  return true;
}

void Zone::forget(WallTime now) {
  candidate_.reset();
  probing_.reset();
  if (record_.state == State::valid) return become_clear(State::unneeded, now);
  record_.clearance.reset();
  changed();
  ++revision_;
}

std::optional<Probe> Zone::set_egress(std::string key, WallTime now) {
  if (key == record_.egress) return std::nullopt;
  record_.egress = std::move(key);
  candidate_.reset();
  probing_.reset();
  cooldown_ = Cooldown();
  short_lives_ = 0;
  if (record_.state != State::blocked) {
    become_clear(State::unneeded, now);
    return std::nullopt;
  }
  record_.clearance.reset();
  ++record_.generation;
  return begin_probe(false);
}

std::optional<Probe> Zone::quiet_probe(WallTime now) {
  if (record_.state != State::needed || probing_ || record_.reason == Reason::loop)
    return std::nullopt;
  if (now - std::max(record_.since, looked_at_) < kQuiet) return std::nullopt;
  looked_at_ = now;
  return begin_probe(false);
}

Probe Zone::begin_probe(bool with_candidate) {
  probing_ = Probing{.number = ++probes_, .with_candidate = with_candidate};
  changed();
  return {.number = probes_, .with = with_candidate ? candidate_ : std::nullopt};
}

bool Zone::probed(std::uint64_t number, const std::optional<Finding>& finding, WallTime now) {
  if (!probing_ || probing_->number != number) return false;
  if (!finding && ++probing_->failures <= kProbeRetries) return true;
  const auto with_candidate = probing_->with_candidate;
  probing_.reset();
  if (finding) {
    if (finding->kind == Kind::challenge) {
      probe_is_challenged(with_candidate, *finding, now);
    } else if (finding->kind == Kind::blocked) {
      remember(*finding);
      enter(State::blocked, Reason::refused, now);
    } else if (finding->kind == Kind::rate_limited) {
      limited({.generation = record_.generation, .round = cooldown_.round()}, *finding, now);
    } else if (got_through(finding->kind)) {
      probe_is_clean(with_candidate, *finding, now);
    }
  }
  changed();
  return false;
}

void Zone::probe_is_clean(bool with_candidate, const Finding& finding, WallTime now) {
  if (!with_candidate) return become_clear(State::unneeded, now);
  candidate_->last_ok_at = now;
  candidate_->family = finding.family;
  become_clear(State::valid, now);
  record_.clearance = std::exchange(candidate_, std::nullopt);
}

// A clearance that works is not given up because a newer one does not.
void Zone::probe_is_challenged(bool with_candidate, const Finding& finding, WallTime now) {
  if (with_candidate) candidate_.reset();
  remember(finding);
  if (with_candidate && record_.state == State::valid) {
    record_.reason = Reason::rejected;
    return;
  }
  enter(State::needed, with_candidate ? Reason::rejected : Reason::challenged, now);
}

void Zone::enter(State state, Reason reason, WallTime now) {
  if (state != record_.state) record_.since = now;
  record_.state = state;
  record_.reason = reason;
  if (state == State::blocked) without_ = Without::no;
  changed();
}

// Requests of before are of an older generation from here on: what they meet is stale news.
void Zone::become_clear(State state, WallTime now) {
  ++record_.generation;
  record_.clearance.reset();
  record_.code = 0;
  record_.ray.clear();
  record_.since = now;  // a clearance after another begins anew
  refusals_ = 0;
  without_ = Without::no;
  enter(state, cooldown_.active() ? Reason::rate_limited : Reason::none, now);
}

void Zone::cooldown_is_over() {
  cooldown_.clear();
  if (record_.reason == Reason::rate_limited) record_.reason = Reason::none;
  changed();
}

void Zone::remember(const Finding& finding) {
  record_.code = finding.code;
  record_.ray = finding.ray.text();
}

void Zone::changed() {
  const auto now = state();
  if (now == shown_) return;
  if (transitions_.size() < kMostTransitions)
    transitions_.push_back({.from = shown_, .to = now, .reason = record_.reason});
  shown_ = now;
  ++revision_;
}

}  // namespace gw::edge
