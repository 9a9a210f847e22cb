// Leases, waiting times and tries, as they happen: what nobody else counts.
#pragma once

#include "core/engine/engine_observer.hpp"
#include "telemetry/metrics.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace gw::app {

// Owned by the composition root, outlives the engine; the registry outlives it. I/O thread. Its
// labels are names of providers, kinds of errors, and models that were drawn: the first kMostModels
// of each provider by name, the others together as "other".
class TryMetrics final : public EngineObserver {
 public:
  static constexpr std::size_t kMostModels = 64;

  explicit TryMetrics(MetricsRegistry& metrics);

  void leased(const TaskRecord& task, const EngineHost& host, SteadyTime::duration waited) override;
  void tried(const TaskRecord& task, const TryRecord& tried, SteadyTime::duration took,
             const UpstreamFailure* failure) override;
  void repeated(const TaskRecord& task, Act act, SteadyTime::duration pause) override;
  void rerouted(const TaskRecord& task, const TaskSpec& left, std::string_view why) override;

 private:
  using Counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;
  struct OfProvider {
    std::uint64_t leases = 0;
    std::uint64_t points = 0;
    Histogram* waits = nullptr;
    std::map<std::string, Histogram*, std::less<>> models;
  };
  void write(MetricsText& text) const;
  OfProvider& of(const std::string& provider);
  Histogram& seconds_of(const std::string& provider, const std::string& model);

  MetricsRegistry& metrics_;
  std::map<std::string, OfProvider, std::less<>> providers_;
  std::map<std::tuple<std::string, std::string, std::string_view>, std::uint64_t>
      tries_;        // provider, outcome, act
  Counts repeats_;   // provider, act
  Counts reroutes_;  // from, to
};

}  // namespace gw::app
