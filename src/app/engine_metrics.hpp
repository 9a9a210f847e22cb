// The engine's, the storage's and the server's own counts, as metrics. They are read when somebody
// asks.
#pragma once

#include "core/engine/engine.hpp"
#include "core/library/results.hpp"
#include "core/ports/provider.hpp"
#include "http/server.hpp"
#include "storage/journal/record_journal.hpp"
#include "telemetry/metrics.hpp"

#include <string>

namespace gw::app {

// All of them outlive the registry's last exposition. `providers` names all of them, for what is
// counted of them together.
void publish(MetricsRegistry& metrics, const std::string& providers, Engine& engine);
void publish(MetricsRegistry& metrics, const Provider& provider, Engine& engine);
void publish(MetricsRegistry& metrics, const ResultStore& results);
void publish(MetricsRegistry& metrics, const RecordJournal& journal);
void publish(MetricsRegistry& metrics, const http::Server& server);

}  // namespace gw::app
