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

// In half of the worlds there are none. Some are used for so many pictures at a time at most.
std::vector<AccountSettings> drawn_accounts(SeededRandom& random) {
  std::vector<AccountSettings> accounts(random.chance(50) ? 0 : 1 + random.below(4));
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    accounts[i].id = AccountId{"acc_" + std::to_string(i)};
    accounts[i].weight = 1 + static_cast<int>(random.below(3));
    accounts[i].parallel = static_cast<int>(random.below(3));
  }
  return accounts;
}

}  // namespace

World::World(std::uint64_t seed)
    : random_(seed),
      timeline_(clock_),
      upstream_(timeline_, random_, 1 + random_.below(3)),
      options_(drawn_options(random_)),
      accounts_(drawn_accounts(random_)) {
  boot();
  const auto arrivals = 5 + random_.below(40);
  SteadyTime when = clock_.now();
  for (std::uint64_t i = 0; i < arrivals; ++i) {
    when += random_.between(milliseconds(0), milliseconds(8'000));
    timeline_.at(when, [this] { arrive(); });
  }
  // In some worlds nothing ever goes wrong with us.
  const auto span = milliseconds(120'000);
  for (auto crashes = random_.below(4); crashes > 0; --crashes)
    timeline_.after(random_.between(milliseconds(0), span), [this] { crash(); });
  for (auto floods = random_.below(3); floods > 0; --floods) {
    const auto begins = random_.between(milliseconds(0), span);
    timeline_.after(begins, [this] { disk_.fill(true); });
    timeline_.after(begins + random_.between(milliseconds(10), milliseconds(40'000)),
                    [this] { disk_.fill(false); });
  }
}

// What nobody waits for is written now and then: late enough for a crash to find it unwritten.
void World::sync_soon() {
  if (!disk_.dirty() || std::exchange(sync_due_, true)) return;
  timeline_.after(random_.between(milliseconds(0), milliseconds(3'000)), [this] {
    sync_due_ = false;
    disk_.sync();
  });
}

void World::boot() {
  engine_ = std::make_unique<Engine>(options_, clock_, disk_, *this);
  engine_->add_host(host_, upstream_.limit());
  for (const auto& account : accounts_) engine_->set(host_, account);
  engine_->pictures_in_memory().on_credit([this] { credited_ = true; });
  engine_->restore(disk_.unfinished(), disk_.lost(), disk_.last());
}

// Like a power cut: nobody is told anything, and of what was not synced some is gone.
void World::crash() {
  ++process_;
  disk_.unplug();
  for (auto& client : clients_) client->tickets.clear();
  in_reach_.clear();
  running_.clear();
  engine_->pictures_in_memory().on_credit({});
  engine_.reset();
  disk_.plug_in();
  if (disk_.crash(random_)) forgotten_until_ = clock_.now() + options_.unsure_free_after;
  boot();
}

TaskId World::work_of(TaskId task) const {
  const auto* row = disk_.newest(task);
  if (row != nullptr && is_durable(*row->spec)) return task;
  return TaskId{task.value + (process_ + 1) * 1'000'000};
}

std::function<void()> World::of_this_process(std::function<void()> event) {
  return [this, process = process_, event = std::move(event)] {
    if (process == process_) event();
  };
}

World::~World() {
  clients_.clear();
  engine_->pictures_in_memory().on_credit({});
}

std::optional<std::string> World::play() {
  Invariants invariants(*this);
  std::size_t steps = 0;
  while (timeline_.step()) {
    for (const auto client : std::exchange(in_reach_, {})) take_answer(client);
    if (std::exchange(credited_, false)) engine_->advance();
    sync_soon();
    if (auto violation = invariants.after_step()) return violation;
    if (++steps > 100'000) return "the world does not come to rest";
  }
  return invariants.at_rest();
}

std::string World::summary() const {
  std::string text;
  for (const auto& [task, row] : disk_.rows())
    text += std::to_string(task.value) + ' ' + row.outcome + '\n';
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
  client->job = random_.chance(30);
  if (client->job) {
    RequestInfo request;
    request.id = RequestId{"request-" + std::to_string(clients_.size())};
    request.durability = Durability::durable;
    spec->request = std::make_shared<const RequestInfo>(std::move(request));
    spec->caller.value += " jobs";
    spec->idempotency_key.clear();
  }
  client->spec = std::move(spec);
  client->repeats_left = static_cast<int>(random_.below(3));
  clients_.push_back(std::move(client));
  if (clients_.back()->job) return submit(clients_.size() - 1);
  ask(clients_.size() - 1, random_.chance(10) ? Repeat::fresh : Repeat::perhaps);
}

// A job is promised when it is on disk; what cannot be promised is taken back.
void World::submit(std::size_t index) {
  Wanted wanted;
  wanted.tasks = {clients_[index]->spec};
  wanted.repeat = Repeat::fresh;
  wanted.patience = Patience::endless;
  auto tickets = engine_->admit(std::move(wanted));
  if (!tickets) return;
  const auto task = tickets->front().task();
  timeline_.after(random_.between(milliseconds(0), milliseconds(5)),
                  of_this_process([this, index, task] {
                    if (disk_.sync()) {
                      clients_[index]->promised = task;
                    } else {
                      engine_->cancel(task);
                    }
                  }));
  if (!random_.chance(15)) return;
  timeline_.after(random_.between(milliseconds(10), milliseconds(60'000)),
                  [this, index] { cancel(index); });
}

void World::cancel(std::size_t index) {
  auto& client = *clients_[index];
  if (client.promised && engine_->cancel(*client.promised)) client.answered = true;
}

void World::ask(std::size_t index, Repeat repeat) {
  auto& client = *clients_[index];
  Wanted wanted;
  wanted.tasks = {client.spec};
  wanted.repeat = repeat;
  wanted.wait_for = random_.chance(30) ? WaitFor::file : WaitFor::picture;
  wanted.wake = [this, index] { woken(index); };
  auto tickets = engine_->admit(std::move(wanted));
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
    const auto work = work_of(ticket.task());
    ++deliveries_[work];
    if (!upstream_.accepted().contains(work))
      broken_ = "a picture was delivered that was not drawn";
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
  const auto& trying = *engine_->record(task).trying;
  running_.emplace(task, trying.account);
  if (engine_->host(host_)->door == DoorState::shut) ++let_through_shut_door_;
  leases_.push_back(spec);
  const bool probe = engine_->record(task).lease->probe;
  const auto process = process_;
  ScriptedUpstream::Line line;
  line.account = trying.account;
  line.still_there = [this, process] { return process == process_; };
  line.send = [this, task](std::function<void(bool)> sent) { send(task, std::move(sent)); };
  line.reply = [this, task, probe](Answer answer) {
    running_.erase(task);
    const bool refused = !answer && answer.error().concurrency_refusal;
    if (refused && !probe && clock_.now() >= forgotten_until_) ++refused_normal_leases_;
    const bool drawn = answer.has_value();
    const bool shut = !answer && answer.error().shut && !answer.error().shut->for_at_least;
    engine_->answered(task, std::move(answer));
    if (shut) open_again();
    if (drawn) save(task);
  };
  upstream_.call(work_of(task), std::move(line));
}

// The operator comes, sooner or later.
void World::open_again() {
  timeline_.after(random_.between(milliseconds(1'000), milliseconds(300'000)),
                  of_this_process([this] { engine_->reopen(host_); }));
}

void World::check(const HostId& host, const AccountId& account) {
  AccountFinding finding;
  if (random_.chance(20)) finding.state = AccountState::cooling;
  timeline_.after(
      random_.between(milliseconds(1), milliseconds(500)),
      of_this_process([this, host, account, finding] { engine_->found(host, account, finding); }));
}

std::optional<Price> World::price(const TaskSpec&) const {
  return std::nullopt;
}

// The first byte leaves when `sent` is called with true: of a job only when the disk says so.
void World::send(TaskId task, std::function<void(bool)> sent) {
  engine_->sending(task, PictureId{"p" + std::to_string(work_of(task).value)});
  const auto* row = disk_.newest(task);
  if (row == nullptr || row->step != JournalStep::sent)
    broken_ = "a task reaches the upstream before the journal says so";
  if (!is_durable(*engine_->record(task).spec)) return sent(true);
  timeline_.after(random_.between(milliseconds(0), milliseconds(5)),
                  of_this_process([this, task, sent = std::move(sent)] {
                    const bool on_disk = disk_.sync();
                    if (on_disk) engine_->leaving(task);
                    sent(on_disk);
                  }));
}

void World::save(TaskId task) {
  const auto picture = engine_->record(task).picture;
  const auto whole = of_this_process([this, task, picture] {
    if (random_.chance(5) || disk_.full()) {
      if (is_durable(*engine_->record(task).spec)) return save(task);  // it is paid for
      engine_->saved(task,
                     fail(Error(ErrorKind::storage_unavailable, "scripted: the disk is full")));
      return;
    }
    disk_.write_picture(picture);
    // The process may be killed between the file and the journal.
    timeline_.after(milliseconds(1), of_this_process([this, task, picture] {
                      StoredPicture stored;
                      stored.id = picture;
                      stored.written = clock_.wall();
                      engine_->saved(task, std::move(stored));
                    }));
  });
  timeline_.after(random_.between(milliseconds(0), milliseconds(50)), whole);
}

void World::wake_at(std::optional<SteadyTime> at) {
  const auto alarm = ++alarm_;
  alarm_at_ = at;
  if (!at) return;
  timeline_.at(*at, [this, alarm] {
    if (alarm != alarm_) return;
    alarm_at_.reset();
    engine_->advance();
  });
}

}  // namespace gw::sim
