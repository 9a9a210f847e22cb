#include "app/engine_metrics.hpp"

#include <utility>

namespace gw::app {
namespace {

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

class Publisher final {
 public:
  Publisher(MetricsRegistry& metrics, const std::string& providers, Engine& engine)
      : metrics_(metrics), labels_{{"provider", providers}}, engine_(engine) {}

  void line(const EngineOptions& options);
  void flow();
  void repeats();
  void ends();

 private:
  template <class Read>
  void gauge(const char* name, const char* help, Read read) {
    metrics_.read_gauge(name, help, labels_,
                        [&engine = engine_, read] { return real(read(engine)); });
  }
  template <class Read>
  void counter(const char* name, const char* help, Read read) {
    metrics_.read_counter(name, help, labels_,
                          [&engine = engine_, read] { return real(read(engine)); });
  }

  MetricsRegistry& metrics_;
  const Labels labels_;
  Engine& engine_;
};

void Publisher::line(const EngineOptions& options) {
  gauge("gw_tasks_queued", "Tasks that wait for a slot, parked ones included.",
        [](auto& engine) { return engine.counts().queued; });
  gauge("gw_tasks_queued_limit", "Tasks of plain calls that may wait.",
        [limit = options.max_queued](auto&) { return limit; });
  gauge("gw_tasks_queued_jobs", "Tasks of jobs that wait for a slot.",
        [](auto& engine) { return engine.counts().queued_jobs; });
  gauge("gw_tasks_queued_jobs_limit", "Tasks of jobs that may wait.",
        [limit = options.max_queued_jobs](auto&) { return limit; });
  gauge("gw_tasks_parked", "Tasks whose client left while they were queued.",
        [](auto& engine) { return engine.counts().parked; });
  gauge("gw_tasks_running", "Tasks that have a slot.",
        [](auto& engine) { return engine.counts().running; });
  gauge("gw_tasks_saving", "Tasks that are drawn and whose picture is being stored.",
        [](auto& engine) { return engine.counts().saving; });
  metrics_.read_gauge("gw_picture_bytes_in_memory",
                      "Bytes of drawn pictures that are held in memory.", {},
                      [&engine = engine_] { return real(engine.pictures_in_memory().used()); });
}

void Publisher::flow() {
  counter("gw_tasks_admitted_total", "Tasks taken in.",
          [](auto& engine) { return engine.counts().admitted; });
  counter("gw_tasks_adopted_total", "Repeats that joined earlier work.",
          [](auto& engine) { return engine.counts().adopted; });
  counter("gw_tasks_shared_total", "Requests that joined an equal drawing.",
          [](auto& engine) { return engine.counts().shared; });
  counter("gw_tasks_recalled_total", "Pictures that were there already.",
          [](auto& engine) { return engine.counts().recalled; });
  counter("gw_requests_refused_total",
          "Requests refused: the queue was full, the wait hopeless, or the host shut.",
          [](auto& engine) { return engine.counts().refused; });
  counter("gw_tasks_sent_total", "Drawing calls sent to the upstream.",
          [](auto& engine) { return engine.counts().sent; });
}

void Publisher::repeats() {
  counter("gw_upstream_waits_total", "Times the upstream told us to wait.",
          [](auto& engine) { return engine.counts().waits; });
  counter("gw_repeats_total", "Failed tries that were made over again, from the repeat budget.",
          [](auto& engine) { return engine.counts().repeats; });
  gauge("gw_repeat_budget_left", "Failed tries that may be made over again within this minute.",
        [](auto& engine) { return engine.repeats_left(); });
}

void Publisher::ends() {
  for (const auto state :
       {TaskState::done, TaskState::failed, TaskState::cancelled, TaskState::unknown}) {
    auto labels = labels_;
    labels.emplace_back("state", to_string(state));
    metrics_.read_counter("gw_tasks_settled_total", "Tasks that ended, by how.", std::move(labels),
                          [&engine = engine_, state] { return settled(engine, state); });
  }
}

}  // namespace

void publish(MetricsRegistry& metrics, const std::string& providers, const EngineOptions& options,
             Engine& engine) {
  Publisher publisher(metrics, providers, engine);
  publisher.line(options);
  publisher.flow();
  publisher.repeats();
  publisher.ends();
}

}  // namespace gw::app
