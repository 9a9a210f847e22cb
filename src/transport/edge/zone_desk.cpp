#include "transport/edge/zone_desk.hpp"

#include "transport/edge/classify.hpp"
#include "transport/edge/words.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <string_view>

namespace gw::edge {
namespace {

using std::chrono::milliseconds;
using What = Verdict::What;

constexpr std::size_t kMostCounts = 100;  // a hostile edge may make up codes

std::optional<WallTime> earlier(std::optional<WallTime> one, std::optional<WallTime> other) {
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

std::optional<WallTime> expiry_of(const Pasted& pasted) {
  const auto* cookie = find_cookie(pasted.cookies, "cf_clearance");
  return cookie ? cookie->expires_at : std::nullopt;
}

EdgeTrouble::Advice advice_of(Advice advice) {
  switch (advice) {
    case Advice::again:
      return EdgeTrouble::Advice::again;
    case Advice::hold:
    case Advice::wait:
      return EdgeTrouble::Advice::hold;
    case Advice::judge:
    case Advice::fail:
      return EdgeTrouble::Advice::fail;
  }
  return EdgeTrouble::Advice::fail;
}

// Whether the edge gave the answer in place of the upstream.
bool is_of_the_edge(Kind kind) {
  return kind == Kind::challenge || kind == Kind::blocked || kind == Kind::rate_limited ||
         kind == Kind::misconfigured || kind == Kind::origin_error;
}

void close(EdgeTrouble& trouble, const std::optional<Closed>& closed) {
  if (!closed) return;
  trouble.shut = true;
  trouble.shut_for = closed->for_at_least;
}

}  // namespace

// A probe that is abandoned, because whoever waited for it went, has had no answer.
class ZoneDesk::ProbeTurn final {
 public:
  ProbeTurn(std::weak_ptr<ZoneDesk> desk, std::uint64_t number)
      : desk_(std::move(desk)), number_(number) {}
  ~ProbeTurn() {
    const auto desk = desk_.lock();
    if (!desk || over_) return;
    while (desk->zone_.probed(number_, std::nullopt, desk->clock_.wall())) {
    }
    desk->tell();
  }
  ProbeTurn(const ProbeTurn&) = delete;
  ProbeTurn& operator=(const ProbeTurn&) = delete;

  void is_over() { over_ = true; }

 private:
  const std::weak_ptr<ZoneDesk> desk_;
  const std::uint64_t number_;
  bool over_ = false;
};

// Those who wait for it go on also when it is abandoned.
class ZoneDesk::Writing final {
 public:
  explicit Writing(const Executor& io) : ended_(std::make_shared<Event>(io)) {}
  ~Writing() { ended_->set(); }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  const std::shared_ptr<Event>& ended() const { return ended_; }

 private:
  const std::shared_ptr<Event> ended_;
};

ZoneDesk::ZoneDesk(HttpClient& client, ZoneOptions options, const Clock& clock, Log& log,
                   ZoneKeeper* keeper)
    : client_(client), options_(std::move(options)), clock_(clock), log_(log), keeper_(keeper) {
  zone_.set_egress(options_.egress, clock_.wall());
  logged_ = kept_ = zone_.revision();
}

Async<void> ZoneDesk::recall() {
  if (!keeper_) co_return;
  const auto kept = co_await keeper_->load(host());
  auto record = kept ? read_zone(*kept) : std::nullopt;
  if (!record) co_return;
  zone_ = Zone(*std::move(record));
  logged_ = kept_ = zone_.revision();
  due_ = zone_.set_egress(options_.egress, clock_.wall());
  zone_.expire(clock_.wall());
  tell();
  tell_closed();
  co_await keep();
}

std::expected<Pass, TransferFault> ZoneDesk::enter() {
  const auto now = clock_.wall();
  const auto verdict = zone_.ask(now);
  tell();
  if (verdict.what == What::send) return verdict.pass;
  return std::unexpected(refused(verdict, now));
}

std::optional<TransferFault> ZoneDesk::refusal() {
  const auto now = clock_.wall();
  zone_.expire(now);
  tell();
  const auto verdict = zone_.look(now);
  if (verdict.what == What::send) return std::nullopt;
  return refused(verdict, now);
}

// By the same `now` as the verdict: a cooldown may end between two looks at the clock.
TransferFault ZoneDesk::refused(const Verdict& verdict, WallTime now) const {
  EdgeTrouble trouble;
  trouble.advice =
      verdict.what == What::blocked ? EdgeTrouble::Advice::fail : EdgeTrouble::Advice::hold;
  close(trouble, closed_at(now));
  return TransferFault{.stage = TransferFault::Stage::before_send,
                       .timed_out = false,
                       .error = closed(host(), zone_.snapshot(), verdict.wait),
                       .edge = trouble};
}

void ZoneDesk::equip(OutgoingRequest& request, const Pass& pass) const {
  if (const auto* clearance = zone_.clearance(pass)) put_on(request, *clearance, clock_.wall());
}

Seen ZoneDesk::saw(const Pass& pass, const IncomingAnswer& answer, const std::string& url) {
  const auto now = clock_.wall();
  Seen seen{.finding = classify(answer, now)};
  count(seen.finding);
  seen.advice = zone_.saw(pass, seen.finding, false, now);
  if (const auto from = address_of(url)) zone_.take_cookies(pass, answer, *from, now);
  tell();
  return seen;
}

void ZoneDesk::unsaid(const Pass& pass) {
  zone_.unsaid(pass);
  tell();
}

// As the zone is now, which may be long after the answer came.
std::optional<TransferFault> ZoneDesk::fault_of(const Seen& seen) const {
  const auto kind = seen.finding.kind;
  if (!is_of_the_edge(kind)) return std::nullopt;
  TransferFault fault;
  if (kind == Kind::origin_error) fault.stage = TransferFault::Stage::unsure;
  fault.error = answered_by_edge(host(), seen.finding);
  auto& trouble = fault.edge.emplace();
  trouble.advice = advice_of(seen.advice);
  trouble.challenged = kind == Kind::challenge;
  if (seen.advice != Advice::judge && seen.advice != Advice::again) close(trouble, closed_now());
  return fault;
}

// One write at a time: the newest record is the one that stays. Who comes meanwhile waits, and
// writes only what was not in it.
Async<void> ZoneDesk::keep() {
  const auto wanted = zone_.revision();
  while (keeper_ && kept_ < wanted) {
    const auto other = writing_.lock();
    if (!other || other->is_set()) {
      co_await write();
    } else {
      co_await other->wait();
    }
    if (unkept_ >= wanted) co_return;
  }
}

Async<void> ZoneDesk::write() {
  const Writing writing(co_await asio::this_coro::executor);
  writing_ = writing.ended();
  const auto revision = zone_.revision();
  unkept_ = 0;
  const bool kept = co_await keeper_->save(host(), write_zone(zone_.snapshot()));
  (kept ? kept_ : unkept_) = revision;
}

Async<std::expected<void, PasteFault>> ZoneDesk::paste(PasteForm form,
                                                       std::optional<WallTime> expires) {
  auto pasted = read_pasted(form, options_.zone);
  if (!pasted) co_return std::unexpected(pasted.error());
  Clearance clearance;
  clearance.zone = options_.zone;
  clearance.egress = options_.egress;
  clearance.expires_at = earlier(expiry_of(*pasted), expires);
  clearance.user_agent = std::move(pasted->user_agent);
  clearance.cookies = std::move(pasted->cookies);
  auto probe = zone_.pasted(std::move(clearance), clock_.wall());
  co_await run(std::move(probe));
  co_return std::expected<void, PasteFault>();
}

Async<bool> ZoneDesk::try_again() {
  auto probe = zone_.try_again();
  if (!probe) co_return false;
  co_await run(*std::move(probe));
  co_return true;
}

bool ZoneDesk::try_without() {
  const bool allowed = zone_.try_without();
  tell();
  return allowed;
}

Async<void> ZoneDesk::forget() {
  zone_.forget(clock_.wall());
  tell();
  co_await keep();
}

Async<void> ZoneDesk::tend(bool wanted) {
  zone_.expire(clock_.wall());
  tell();
  warn_of_end();
  auto probe = std::exchange(due_, std::nullopt);
  if (!probe && wanted) probe = zone_.quiet_probe(clock_.wall());
  if (probe) co_await run(*std::move(probe));
  co_await keep();
}

Async<void> ZoneDesk::run(Probe probe) {
  tell();
  ProbeTurn turn(weak_from_this(), probe.number);
  for (bool again = true; again;) {
    auto request = options_.probe;
    if (probe.with) put_on(request, *probe.with, clock_.wall());
    const auto reply = co_await client_.perform(std::move(request));
    again = probed(probe, reply);
  }
  turn.is_over();
  co_await keep();
}

// True: to be tried once more.
bool ZoneDesk::probed(const Probe& probe, const Transfer& reply) {
  const auto now = clock_.wall();
  std::optional<Finding> finding;
  if (reply) finding = classify(*reply, now);
  if (finding) count(*finding);
  const auto before = zone_.snapshot().generation;
  const bool again = zone_.probed(probe.number, finding, now);
  last_probe_ = probe_result(finding, probe.with.has_value());
  const Pass pass{.generation = zone_.snapshot().generation};
  if (reply && probe.with && pass.generation > before) {  // what it went with is the one now
    zone_.take_cookies(pass, *reply, options_.zone, now);
  }
  tell();
  return again;
}

// Nothing while the one request that decides is out: it is as it was.
std::optional<Closed> ZoneDesk::closed_at(WallTime now) const {
  const auto verdict = zone_.look(now);
  const auto record = zone_.snapshot();
  const auto shut = [&](std::optional<milliseconds> time) {
    return Closed{.reason = closed(host(), record, verdict.wait), .for_at_least = time};
  };
  switch (verdict.what) {
    case What::send:
      if (verdict.pass.trial || verdict.pass.without) return shut(milliseconds(0));
      return std::nullopt;
    case What::wait:
      if (verdict.wait) return shut(verdict.wait);
      return record.state == State::needed ? std::optional(shut({})) : std::nullopt;
    case What::needed:
    case What::blocked:
      return shut({});
  }
  return std::nullopt;
}

void ZoneDesk::count(const Finding& finding) {
  if (finding.kind == Kind::none) return;
  const std::pair key(finding.kind, finding.code);
  const bool own = counts_.contains(key) || counts_.size() < kMostCounts;
  ++counts_[own ? key : std::pair(finding.kind, 0)];
}

void ZoneDesk::tell() {
  if (logged_ == zone_.revision()) return;
  logged_ = zone_.revision();
  const auto moves = zone_.take_transitions();
  for (const auto& move : moves) {
    ++moves_[{move.from, move.to, move.reason}];
    log(move);
  }
  tell_closed();
}

void ZoneDesk::log(const Transition& move) {
  const auto record = zone_.snapshot();
  const bool known = move.from == State::probing && move.reason == Reason::challenged;
  const bool needed = move.to == State::needed && !known;
  const bool blocked = move.to == State::blocked;
  const auto level = needed || blocked ? LogLevel::warn : LogLevel::info;
  const LogField fields[] = {
      {"host", std::string_view(host())},  {"from", to_string(move.from)},
      {"to", to_string(move.to)},          {"reason", to_string(move.reason)},
      {"code", std::int64_t{record.code}}, {"ray", std::string_view(record.ray)}};
  log_.write(level, needed ? "needs_clearance" : blocked ? "edge_blocked" : "edge_state", fields);
}

// Only when it is news: others shut the host for reasons of their own, and these stay.
void ZoneDesk::tell_closed() {
  const auto now = clock_.wall();
  const auto verdict = zone_.look(now);
  const auto record = zone_.snapshot();
  const bool one_is_out =
      verdict.what == What::wait && !verdict.wait && record.state != State::needed;
  if (!on_changed_ || one_is_out) return;
  auto closed = closed_at(now);
  std::optional<Told> news;
  if (closed) {
    news = Told{.state = zone_.state(), .until = {}, .one = verdict.what == What::send};
    if (verdict.wait) news->until = record.cooldown.until;
  }
  if (news == told_closed_) return;
  told_closed_ = news;
  on_changed_(std::move(closed));
}

void ZoneDesk::warn_of_end() {
  const auto record = zone_.snapshot();
  if (record.state != State::valid || !record.clearance || warned_ == record.generation) return;
  if (!record.clearance->ends_soon(clock_.wall())) return;
  warned_ = record.generation;
  log_.warn("clearance_ends_soon", {{"host", std::string_view(host())}});
}

}  // namespace gw::edge
