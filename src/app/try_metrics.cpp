#include "app/try_metrics.hpp"

#include "core/engine/engine_host.hpp"
#include "core/engine/task.hpp"

#include <array>
#include <chrono>

namespace gw::app {
namespace {

constexpr std::array<double, 11> kWaits{0.01, 0.1, 0.5, 2, 5, 15, 30, 60, 120, 300, 600};
constexpr std::array<double, 11> kDrawings{0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600};

double seconds(SteadyTime::duration time) {
  return std::chrono::duration<double>(time).count();
}

std::string provider_of(const TaskSpec& spec) {
  return spec.request ? spec.request->provider : std::string();
}

}  // namespace

TryMetrics::TryMetrics(MetricsRegistry& metrics) : metrics_(metrics) {
  metrics_.collect([this](MetricsText& text) { write(text); });
}

void TryMetrics::leased(const TaskRecord&, const EngineHost& host, SteadyTime::duration waited) {
  auto& counts = of(host.provider);
  ++counts.leases;
  counts.waits->observe(seconds(waited));
}

void TryMetrics::tried(const TaskRecord& task, const TryRecord& tried, SteadyTime::duration took,
                       const UpstreamFailure* failure) {
  const auto act = failure ? to_string(failure->act) : "none";
  ++tries_[{tried.provider, tried.outcome, act}];
  of(tried.provider).points += static_cast<std::uint64_t>(tried.points);
  if (!failure) seconds_of(tried.provider, task.spec->order.upstream_model).observe(seconds(took));
}

void TryMetrics::repeated(const TaskRecord& task, Act act, SteadyTime::duration) {
  ++repeats_[{provider_of(*task.spec), std::string(to_string(act))}];
}

void TryMetrics::rerouted(const TaskRecord& task, const TaskSpec& left, std::string_view) {
  ++reroutes_[{provider_of(left), provider_of(*task.spec)}];
}

TryMetrics::OfProvider& TryMetrics::of(const std::string& provider) {
  auto& counts = providers_[provider];
  if (counts.waits == nullptr)
    counts.waits = &metrics_.histogram("gw_task_wait_seconds",
                                       "From admission, or the end of the last try, to a lease.",
                                       kWaits, {{"provider", provider}});
  return counts;
}

Histogram& TryMetrics::seconds_of(const std::string& provider, const std::string& model) {
  auto& models = of(provider).models;
  const bool has_its_own = models.size() < kMostModels || models.contains(model);
  auto*& histogram = models[has_its_own ? model : std::string("other")];
  if (histogram) return *histogram;
  const auto name = has_its_own ? model : std::string("other");
  histogram = &metrics_.histogram("gw_upstream_seconds",
                                  "From the lease to the answer, of tries that drew a picture.",
                                  kDrawings, {{"provider", provider}, {"model", name}});
  return *histogram;
}

void TryMetrics::write(MetricsText& text) const {
  text.counter("gw_leases_total", "Tasks that got a slot and, where there are any, an account.");
  for (const auto& [provider, counts] : providers_)
    text.sample({{"provider", provider}}, static_cast<double>(counts.leases));
  text.counter("gw_upstream_points_total", "Points that tries cost, as far as is known.");
  for (const auto& [provider, counts] : providers_)
    text.sample({{"provider", provider}}, static_cast<double>(counts.points));
  text.counter("gw_tries_total",
               "Tries that ended, by outcome and by what the protocol says is to be done then.");
  for (const auto& [key, count] : tries_) {
    const auto& [provider, outcome, act] = key;
    text.sample({{"provider", provider}, {"outcome", outcome}, {"act", act}},
                static_cast<double>(count));
  }
  text.counter("gw_tries_repeated_total", "Tries after which the task went back into the line.");
  for (const auto& [key, count] : repeats_)
    text.sample({{"provider", key.first}, {"act", key.second}}, static_cast<double>(count));
  text.counter("gw_tasks_rerouted_total", "Tasks that went on to another upstream.");
  for (const auto& [key, count] : reroutes_)
    text.sample({{"from", key.first}, {"to", key.second}}, static_cast<double>(count));
}

}  // namespace gw::app
