#include "telemetry/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <deque>
#include <map>
#include <sstream>

namespace gw {
namespace {

class PrometheusCounter final : public Counter {
 public:
  explicit PrometheusCounter(prometheus::Counter& cell) : cell_(cell) {}
  void increment(double by) override { cell_.Increment(by); }

 private:
  prometheus::Counter& cell_;
};

class PrometheusGauge final : public Gauge {
 public:
  explicit PrometheusGauge(prometheus::Gauge& cell) : cell_(cell) {}
  void set(double value) override { cell_.Set(value); }
  void add(double difference) override { cell_.Increment(difference); }

 private:
  prometheus::Gauge& cell_;
};

class PrometheusHistogram final : public Histogram {
 public:
  explicit PrometheusHistogram(prometheus::Histogram& cell) : cell_(cell) {}
  void observe(double value) override { cell_.Observe(value); }

 private:
  prometheus::Histogram& cell_;
};

prometheus::Labels to_prometheus(Labels labels) {
  return {std::make_move_iterator(labels.begin()), std::make_move_iterator(labels.end())};
}

// What is read only when somebody looks. prometheus-cpp has no such metric, so the family is built
// by hand.
struct ReadFamily {
  struct Cell {
    prometheus::Labels labels;
    MetricsRegistry::Reader reader;
  };
  std::string help;
  prometheus::MetricType type;
  std::vector<Cell> cells;

  prometheus::MetricFamily collect(const std::string& name) const {
    prometheus::MetricFamily family{name, help, type, {}};
    for (const auto& cell : cells) family.metric.push_back(collect(cell));
    return family;
  }

  prometheus::ClientMetric collect(const Cell& cell) const {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : cell.labels) metric.label.push_back({name, value});
    const auto value = cell.reader();
    metric.counter.value = value;
    metric.gauge.value = value;
    return metric;
  }
};

class PrometheusRegistry final : public MetricsRegistry {
 public:
  Counter& counter(std::string name, std::string help, Labels labels) override {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
    return counters_.emplace_back(family.Add(to_prometheus(std::move(labels))));
  }

  Gauge& gauge(std::string name, std::string help, Labels labels) override {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
    return gauges_.emplace_back(family.Add(to_prometheus(std::move(labels))));
  }

  Histogram& histogram(std::string name, std::string help, std::span<const double> bounds,
                       Labels labels) override {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry_);
    const std::vector<double> buckets(bounds.begin(), bounds.end());
    return histograms_.emplace_back(family.Add(to_prometheus(std::move(labels)), buckets));
  }

  void read_counter(std::string name, std::string help, Labels labels, Reader reader) override {
    read(std::move(name), std::move(help), prometheus::MetricType::Counter,
         {to_prometheus(std::move(labels)), std::move(reader)});
  }

  void read_gauge(std::string name, std::string help, Labels labels, Reader reader) override {
    read(std::move(name), std::move(help), prometheus::MetricType::Gauge,
         {to_prometheus(std::move(labels)), std::move(reader)});
  }

  std::string exposition() const override {
    auto families = registry_.Collect();
    for (const auto& [name, family] : read_) families.push_back(family.collect(name));
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    MetricsText text;
    for (const auto& collector : collectors_) collector(text);
    return std::move(out).str() + text.text();
  }

  void collect(Collector collector) override { collectors_.push_back(std::move(collector)); }

 private:
  void read(std::string name, std::string help, prometheus::MetricType type,
            ReadFamily::Cell cell) {
    auto& family = read_[std::move(name)];
    family.help = std::move(help);
    family.type = type;
    family.cells.push_back(std::move(cell));
  }

  prometheus::Registry registry_;
  // Deques, because handles must not move.
  std::deque<PrometheusCounter> counters_;
  std::deque<PrometheusGauge> gauges_;
  std::deque<PrometheusHistogram> histograms_;
  std::map<std::string, ReadFamily> read_;
  std::vector<Collector> collectors_;
};

}  // namespace

std::unique_ptr<MetricsRegistry> make_metrics_registry() {
  return std::make_unique<PrometheusRegistry>();
}

}  // namespace gw
