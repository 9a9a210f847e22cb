#include "app/server_metrics.hpp"

#include <utility>

namespace gw::app {
namespace {

constexpr const char* kAccepting = "1 while the disk takes what is to be stored, else 0.";

// As a double, which is what Prometheus counts in.
template <class Number>
double real(Number number) {
  return static_cast<double>(number);
}

}  // namespace

void publish_program(MetricsRegistry& metrics, std::function<bool()> ready) {
  metrics.read_gauge("gw_build_info", "1; the label says which version runs.",
                     {{"version", GW_VERSION}}, [] { return 1.0; });
  metrics.read_gauge("gw_ready", "1 while /health/ready says so, else 0.", {},
                     [ready = std::move(ready)] { return ready() ? 1.0 : 0.0; });
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
