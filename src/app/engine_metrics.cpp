#include "app/engine_metrics.hpp"

namespace gw::app {
namespace {

constexpr const char* kAccepting = "1 while the disk takes what is to be stored, else 0.";

// As a double, which is what Prometheus counts in.
template <class Number>
double real(Number number) {
  return static_cast<double>(number);
}

double settled(const Engine& engine, TaskState state) {
  const auto& counts = engine.counts().settled;
  const auto found = counts.find(state);
  return found == counts.end() ? 0 : real(found->second);
}

}  // namespace

void publish(MetricsRegistry& metrics, const Provider& provider, Engine& engine) {
  const Labels labels{{"provider", std::string(provider.name())}};
  metrics.read_gauge("gw_slots", "How many tasks the upstream host takes at a time.", labels,
                     [&engine, &provider] { return real(engine.slots(provider.host()).limit()); });
  metrics.read_gauge("gw_slots_unsure",
                     "Slots of which nobody knows whether the upstream still draws.", labels,
                     [&engine, &provider] { return real(engine.slots(provider.host()).unsure()); });
}

void publish(MetricsRegistry& metrics, const std::string& providers, Engine& engine) {
  const Labels labels{{"provider", providers}};
  metrics.read_gauge("gw_tasks_queued", "Tasks that wait for a slot, parked ones included.", labels,
                     [&engine] { return real(engine.counts().queued); });
  metrics.read_gauge("gw_tasks_queued_jobs", "Tasks of jobs that wait for a slot.", labels,
                     [&engine] { return real(engine.counts().queued_jobs); });
  metrics.read_gauge("gw_tasks_parked", "Tasks whose client left while they were queued.", labels,
                     [&engine] { return real(engine.counts().parked); });
  metrics.read_gauge("gw_tasks_running", "Tasks that have a slot.", labels,
                     [&engine] { return real(engine.counts().running); });
  metrics.read_gauge("gw_picture_bytes_in_memory",
                     "Bytes of drawn pictures that are held in memory.", {},
                     [&engine] { return real(engine.pictures_in_memory().used()); });
  metrics.read_counter("gw_tasks_admitted_total", "Tasks taken in.", labels,
                       [&engine] { return real(engine.counts().admitted); });
  metrics.read_counter("gw_tasks_adopted_total", "Repeats that joined earlier work.", labels,
                       [&engine] { return real(engine.counts().adopted); });
  metrics.read_counter("gw_tasks_shared_total", "Requests that joined an equal drawing.", labels,
                       [&engine] { return real(engine.counts().shared); });
  metrics.read_counter("gw_tasks_recalled_total", "Pictures that were there already.", labels,
                       [&engine] { return real(engine.counts().recalled); });
  metrics.read_counter("gw_requests_refused_total", "Requests refused because the queue was full.",
                       labels, [&engine] { return real(engine.counts().refused); });
  metrics.read_counter("gw_tasks_sent_total", "Drawing calls sent to the upstream.", labels,
                       [&engine] { return real(engine.counts().sent); });
  metrics.read_counter("gw_upstream_waits_total", "Times the upstream told us to wait.", labels,
                       [&engine] { return real(engine.counts().waits); });
  for (const auto state :
       {TaskState::done, TaskState::failed, TaskState::cancelled, TaskState::unknown}) {
    Labels with_state = labels;
    with_state.emplace_back("state", to_string(state));
    metrics.read_counter("gw_tasks_settled_total", "Tasks that ended, by how.", with_state,
                         [&engine, state] { return settled(engine, state); });
  }
}

void publish(MetricsRegistry& metrics, const ResultStore& results) {
  metrics.read_gauge("gw_library_pictures", "Stored pictures.", {},
                     [&results] { return real(results.count()); });
  metrics.read_gauge("gw_library_bytes", "Bytes of stored pictures.", {},
                     [&results] { return real(results.total_bytes()); });
  metrics.read_gauge("gw_storage_accepting", kAccepting, {{"store", "pictures"}},
                     [&results] { return results.accepting() ? 1.0 : 0.0; });
}

void publish(MetricsRegistry& metrics, const RecordJournal& journal) {
  metrics.read_gauge("gw_storage_accepting", kAccepting, {{"store", "records"}},
                     [&journal] { return journal.accepting() ? 1.0 : 0.0; });
  metrics.read_counter("gw_journal_failures_total",
                       "Batches of records that the disk did not take.", {},
                       [&journal] { return real(journal.failures()); });
}

void publish(MetricsRegistry& metrics, const http::Server& server) {
  const auto& counters = server.counters();
  metrics.read_gauge("gw_http_connections", "Open connections.", {},
                     [&counters] { return real(counters.connections); });
  metrics.read_gauge("gw_http_requests_waiting", "Requests whose handler is running.", {},
                     [&counters] { return real(counters.requests_waiting); });
  metrics.read_counter("gw_http_connections_total", "Connections accepted.", {},
                       [&counters] { return real(counters.accepted); });
  metrics.read_counter("gw_http_connections_refused_total", "Connections over the bound.", {},
                       [&counters] { return real(counters.refused); });
  metrics.read_counter("gw_http_malformed_total", "Request heads that the strict check refused.",
                       {}, [&counters] { return real(counters.malformed); });
}

}  // namespace gw::app
