#include "app/engine_log.hpp"

#include "core/engine/engine_host.hpp"
#include "core/engine/task.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gw::app {
namespace {

double milliseconds(SteadyTime::duration time) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

std::string_view name_of(TicketKind kind) {
  return kind == TicketKind::shared ? "another_request" : "its_own_earlier_one";
}

std::string_view provider_of(const TaskSpec& spec) {
  return spec.request ? std::string_view(spec.request->provider) : std::string_view();
}

bool needs_people(AccountState state) {
  return state == AccountState::needs_sign_in || state == AccountState::banned ||
         state == AccountState::needs_clearance;
}

// Fields of one line; what is empty is left out. What it is given outlives it.
class Line final {
 public:
  Line& add(std::string_view name, std::string_view text) {
    if (!text.empty()) fields_.emplace_back(name, text);
    return *this;
  }
  Line& number(std::string_view name, std::int64_t value) {
    fields_.emplace_back(name, value);
    return *this;
  }
  Line& time(std::string_view name, SteadyTime::duration value) {
    fields_.emplace_back(name, milliseconds(value));
    return *this;
  }
  Line& flag(std::string_view name, bool value) {
    if (value) fields_.emplace_back(name, true);
    return *this;
  }
  // By which its lines are found: the client's request, the job, the picture of it.
  Line& task(const TaskRecord& task) {
    if (const auto& request = task.spec->request) {
      add("request_id", request->call_id);
      if (is_durable(*task.spec)) add("job", job_ = "job_" + request->id.value);
      if (request->n > 1) number("picture", task.spec->index);
    }
    return number("task", static_cast<std::int64_t>(task.id.value));
  }
  const std::vector<LogField>& fields() const { return fields_; }

 private:
  std::vector<LogField> fields_;
  std::string job_;
};

}  // namespace

void EngineLog::joined(const TaskRecord& task, TicketKind kind, const RequestInfo* who) {
  Line line;
  if (who) line.add("request_id", who->call_id);
  line.number("task", static_cast<std::int64_t>(task.id.value)).add("joins", name_of(kind));
  if (const auto& first = task.spec->request) line.add("of_request", first->call_id);
  log_.write(LogLevel::info, "task_joined", line.add("state", to_string(task.state)).fields());
}

void EngineLog::queued(const TaskRecord& task, HeldBy why) {
  Line line;
  line.task(task).add("provider", provider_of(*task.spec)).add("held_by", to_string(why));
  log_.write(LogLevel::info, "task_queued", line.fields());
}

void EngineLog::leased(const TaskRecord& task, const EngineHost& host,
                       SteadyTime::duration waited) {
  const auto& trying = *task.trying;
  const auto& order = task.spec->order;
  const auto size = to_string(order.size);
  const bool doubled = trying.price && trying.price->doubled_by_size && trying.points > 0;
  Line line;
  line.task(task).number("try", task.tries).add("provider", host.provider);
  line.add("account", trying.account.value).add("model", order.upstream_model).add("size", size);
  line.time("queue_ms", waited);
  line.number("slots_held", static_cast<std::int64_t>(host.slots.held()));
  line.number("slots", static_cast<std::int64_t>(host.slots.limit()));
  line.flag("probes_slot", task.lease->probe).flag("probes_host", trying.decides);
  if (trying.price) line.number("points", trying.points);
  line.flag("price_doubled", doubled);
  log_.write(LogLevel::info, "task_leased", line.fields());
}

void EngineLog::tried(const TaskRecord& task, const TryRecord& tried, SteadyTime::duration took,
                      const UpstreamFailure* failure) {
  Line line;
  line.task(task).number("try", tried.number).add("provider", tried.provider);
  line.add("account", tried.account.value).add("outcome", tried.outcome);
  if (tried.status != 0) line.number("status", tried.status);
  if (failure) line.add("act", to_string(failure->act));
  line.time("ms", took);
  if (failure && !tried.sent) line.add("sent", "no");
  if (task.trying->price) line.number("points", tried.points);
  line.flag("slot_unsure", failure && failure->slot_unsure).add("detail", tried.detail);
  log_.write(LogLevel::info, "task_tried", line.fields());
}

void EngineLog::repeated(const TaskRecord& task, Act act, SteadyTime::duration pause) {
  Line line;
  line.task(task).add("act", to_string(act)).time("pause_ms", pause);
  log_.write(LogLevel::info, "task_repeated", line.fields());
}

void EngineLog::rerouted(const TaskRecord& task, const TaskSpec& left, std::string_view why) {
  Line line;
  line.task(task).add("from", provider_of(left)).add("to", provider_of(*task.spec));
  line.add("model", task.spec->order.upstream_model).add("because", why);
  log_.write(LogLevel::info, "task_rerouted", line.fields());
}

// What a client waits for, or has got while the file was written, is in its request's own line.
void EngineLog::settled(const TaskRecord& task) {
  const bool told = !task.waiters.empty() || task.delivered;
  if (task.state == TaskState::done && told) return;
  Line line;
  line.task(task).add("state", to_string(task.state)).number("tries", task.tries);
  if (const auto& error = task.outcome.error) line.add("error", to_string(error->kind()));
  line.time("ms", clock_.now() - task.admitted);
  if (task.trying && task.trying->price) line.number("points", task.trying->spent);
  log_.write(LogLevel::info, "task_settled", line.fields());
}

void EngineLog::host_shut(const HostId& id, const EngineHost& host,
                          std::optional<SteadyTime::duration> time) {
  const auto& reason = *host.door.reason();
  Line line;
  line.add("provider", host.provider).add("host", id.value);
  line.add("because", to_string(reason.kind())).add("detail", reason.message());
  if (time) line.time("for_ms", *time);
  line.number("breaker_trips", host.breaker.trips());
  line.number("waiting", static_cast<std::int64_t>(host.queue.size()));
  log_.write(LogLevel::warn, "host_shut", line.fields());
}

void EngineLog::host_opened(const HostId& id, const EngineHost& host) {
  Line line;
  line.add("provider", host.provider).add("host", id.value);
  line.number("waiting", static_cast<std::int64_t>(host.queue.size()));
  log_.write(LogLevel::info, "host_opened", line.fields());
}

void EngineLog::account_changed(const EngineHost& host, const AccountId& id,
                                const std::optional<AccountView>& before,
                                const std::optional<AccountView>& now) {
  if (!before || !now || before->state == now->state) return;
  Line line;
  line.add("provider", host.provider).add("account", id.value);
  line.add("was", to_string(before->state)).add("state", to_string(now->state));
  line.add("reason", now->reason);
  if (now->until)
    line.time("for_ms",
              std::chrono::duration_cast<SteadyTime::duration>(*now->until - clock_.wall()));
  const auto level = needs_people(now->state) ? LogLevel::warn : LogLevel::info;
  log_.write(level, "account_state", line.fields());
}

}  // namespace gw::app
