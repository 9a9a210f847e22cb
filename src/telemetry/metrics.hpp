// Counters, gauges and histograms, and the text that /metrics answers with.
#pragma once

#include "telemetry/metrics_text.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace gw {

// Updates are a few nanoseconds for counters and gauges, and may come from any thread. All three
// belong to the registry that made them and live as long as it does.
class Counter {
 public:
  virtual ~Counter() = default;
  virtual void increment(double by = 1) = 0;  // never negative
};

class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double value) = 0;
  virtual void add(double difference) = 0;
};

class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double value) = 0;
};

// Fixed when the metric is made, from code, settings, or what an upstream is known to offer; a
// value out of a request never becomes a label, or strangers could grow the registry without bound.
using Labels = std::vector<std::pair<std::string, std::string>>;

// One metric for each enumerator of an enum whose values count from 0 to its last one.
template <class Metric, class Enum>
class MetricBy final {
 public:
  explicit MetricBy(std::vector<std::reference_wrapper<Metric>> metrics)
      : metrics_(std::move(metrics)) {}
  Metric& operator[](Enum value) const { return metrics_.at(static_cast<std::size_t>(value)); }

 private:
  std::vector<std::reference_wrapper<Metric>> metrics_;
};

template <class Enum>
using CounterBy = MetricBy<Counter, Enum>;

// Owned by the composition root. Metrics are made at the start; names follow Prometheus' habits
// ("…_total", "…_seconds", "…_bytes"). The same name and labels give the same metric; a malformed
// name throws (a bug).
class MetricsRegistry {
 public:
  virtual ~MetricsRegistry() = default;

  virtual Counter& counter(std::string name, std::string help, Labels labels = {}) = 0;
  virtual Gauge& gauge(std::string name, std::string help, Labels labels = {}) = 0;
  // `bounds` are the upper bounds of the buckets, rising; the last bucket (+Inf) is added.
  virtual Histogram& histogram(std::string name, std::string help, std::span<const double> bounds,
                               Labels labels = {}) = 0;

  // For what somebody already counts: the function is asked by exposition(), on its thread.
  using Reader = std::function<double()>;
  virtual void read_counter(std::string name, std::string help, Labels labels, Reader reader) = 0;
  virtual void read_gauge(std::string name, std::string help, Labels labels, Reader reader) = 0;

  // For families whose series come and go: it writes all there are, whenever exposition() asks. The
  // families are its own.
  using Collector = std::function<void(MetricsText&)>;
  virtual void collect(Collector collector) = 0;

  // One counter for each enumerator up to `last`, labelled with what to_string says of it.
  template <class Enum>
    requires std::is_enum_v<Enum>
  CounterBy<Enum> counter_by(const std::string& name, const std::string& help,
                             const std::string& label, Enum last) {
    std::vector<std::reference_wrapper<Counter>> counters;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) {
      counters.push_back(
          counter(name, help, {{label, std::string(to_string(static_cast<Enum>(i)))}}));
    }
    return CounterBy<Enum>(std::move(counters));
  }

  // The Prometheus text format, version 0.0.4 (media type "text/plain; version=0.0.4;
  // charset=utf-8").
  virtual std::string exposition() const = 0;
};

std::unique_ptr<MetricsRegistry> make_metrics_registry();

}  // namespace gw
