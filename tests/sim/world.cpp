#include "tests/sim/world.hpp"

#include "tests/sim/invariants.hpp"

namespace gw::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

EngineOptions drawn_options(SeededRandom& random) {
  EngineOptions options;
  options.max_queued = 4 + random.below(40);
  // Some worlds have room for hardly more than one picture.
  if (random.chance(30)) options.max_picture_bytes = 1 + random.below(60);
  options.request_time = seconds(30 + random.below(300));
  return options;
}

}  // namespace

void RecordingJournal::append(const JournalEntry& entry) {
  last[entry.task] = entry.step;
  if (entry.step != JournalStep::settled) return;
  outcome[entry.task] = entry.outcome;
  if (entry.outcome == "done") ++done;
}

World::World(std::uint64_t seed)
    : random_(seed),
      timeline_(clock_),
      upstream_(timeline_, random_, 1 + random_.below(3)),
      options_(drawn_options(random_)),
      engine_(options_, clock_, journal_, *this) {
  engine_.add_host(host_, upstream_.limit());
  engine_.pictures_in_memory().on_credit([this] { credited_ = true; });
  const auto arrivals = 5 + random_.below(40);
  SteadyTime when = clock_.now();
  for (std::uint64_t i = 0; i < arrivals; ++i) {
    when += random_.between(milliseconds(0), milliseconds(8'000));
    timeline_.at(when, [this] { arrive(); });
  }
}

World::~World() {
  clients_.clear();
  engine_.pictures_in_memory().on_credit({});
}

std::optional<std::string> World::play() {
  Invariants invariants(*this);
  std::size_t steps = 0;
  while (timeline_.step()) {
    for (const auto client : std::exchange(in_reach_, {})) take_answer(client);
    if (std::exchange(credited_, false)) engine_.advance();
    if (auto violation = invariants.after_step()) return violation;
    if (++steps > 100'000) return "the world does not come to rest";
  }
  return invariants.at_rest();
}

std::string World::summary() const {
  std::string text;
  for (const auto& [task, outcome] : journal_.outcome)
    text += std::to_string(task.value) + ' ' + outcome + '\n';
  for (const auto& [task, times] : deliveries_) {
    text += std::to_string(task.value) + " delivered " + std::to_string(times) + '\n';
  }
  return text;
}

void World::arrive() {
  auto client = std::make_unique<Client>();
  auto spec = std::make_shared<TaskSpec>();
  spec->caller = CallerId{"caller-" + std::to_string(random_.below(4))};
  spec->host = host_;
  spec->order.prompt = "a picture";
  spec->typical_duration = seconds(20);
  spec->fingerprint[0] =
      static_cast<std::uint8_t>(random_.below(8));  // few, so that equal work is common
  if (random_.chance(15)) {
    spec->idempotency_key =
        "key-" + std::to_string(random_.below(5)) + "-" + std::to_string(spec->fingerprint[0]);
  }
  client->spec = std::move(spec);
  client->repeats_left = static_cast<int>(random_.below(3));
  clients_.push_back(std::move(client));
  ask(clients_.size() - 1, random_.chance(10) ? Repeat::fresh : Repeat::perhaps);
}

void World::ask(std::size_t index, Repeat repeat) {
  auto& client = *clients_[index];
  Wanted wanted;
  wanted.tasks = {client.spec};
  wanted.repeat = repeat;
  wanted.wait_for = random_.chance(30) ? WaitFor::file : WaitFor::picture;
  wanted.wake = [this, index] { woken(index); };
  auto tickets = engine_.admit(std::move(wanted));
  if (!tickets) return;  // the queue is full: the client was told so
  client.tickets = std::move(*tickets);
  client.deadline = clock_.now() + options_.request_time;
  if (client.tickets.front().ready()) return woken(index);  // adopted what was finished already
  if (random_.chance(35)) {
    timeline_.after(random_.between(milliseconds(0), milliseconds(60'000)),
                    [this, index] { give_up(index); });
  }
}

// The engine forbids calling back, so the answer is taken after the step.
void World::woken(std::size_t index) {
  in_reach_.insert(index);
}

void World::take_answer(std::size_t index) {
  auto& client = *clients_[index];
  if (client.tickets.empty() || !client.tickets.front().ready()) return;
  auto& ticket = client.tickets.front();
  if (ticket.outcome()) {
    ++deliveries_[ticket.task()];
    ticket.delivered();
  }
  client.answered = true;
  client.tickets.clear();
}

void World::give_up(std::size_t index) {
  auto& client = *clients_[index];
  if (client.tickets.empty()) return;
  client.tickets.clear();
  if (client.repeats_left-- <= 0) return;
  const auto repeat = random_.chance(70) ? Repeat::marked : Repeat::perhaps;
  timeline_.after(random_.between(milliseconds(100), milliseconds(90'000)),
                  [this, index, repeat] { ask(index, repeat); });
}

void World::start(TaskId task, std::shared_ptr<const TaskSpec> spec) {
  running_.insert(task);
  leases_.emplace_back(task, spec->caller);
  const bool probe = engine_.record(task).lease->probe;
  const auto sending = [this, task] {
    engine_.sending(task);
    if (journal_.last[task] != JournalStep::sent)
      broken_ = "a task reaches the upstream before the journal says so";
  };
  upstream_.call(task, sending, [this, task, probe](Answer answer) {
    running_.erase(task);
    if (!answer && answer.error().concurrency_refusal && !probe) ++refused_normal_leases_;
    const bool drawn = answer.has_value();
    engine_.answered(task, std::move(answer));
    if (drawn) save(task);
  });
}

void World::save(TaskId task) {
  timeline_.after(random_.between(milliseconds(0), milliseconds(50)), [this, task] {
    if (random_.chance(5)) {
      engine_.saved(task,
                    fail(Error(ErrorKind::storage_unavailable, "scripted: the disk is full")));
    } else {
      engine_.saved(task, StoredPicture{.id = PictureId{"p" + std::to_string(task.value)},
                                        .written = clock_.wall()});
    }
  });
}

void World::wake_at(std::optional<SteadyTime> at) {
  const auto alarm = ++alarm_;
  if (!at) return;
  timeline_.at(*at, [this, alarm] {
    if (alarm == alarm_) engine_.advance();
  });
}

}  // namespace gw::sim
