// The program's own doings as metrics: whether it is ready, its storage, its sockets.
#pragma once

#include "core/library/results.hpp"
#include "http/server.hpp"
#include "storage/journal/record_journal.hpp"
#include "telemetry/metrics.hpp"

#include <functional>

namespace gw::app {

// All of them outlive the registry's last exposition.
void publish_program(MetricsRegistry& metrics, std::function<bool()> ready);
void publish(MetricsRegistry& metrics, const ResultStore& results);
void publish(MetricsRegistry& metrics, const RecordJournal& journal);
void publish(MetricsRegistry& metrics, const http::Server& server);

}  // namespace gw::app
