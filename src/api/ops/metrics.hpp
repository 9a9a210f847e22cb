// GET /metrics in the Prometheus text format.
#pragma once

#include "http/message.hpp"
#include "telemetry/metrics.hpp"

namespace gw::api {

http::Response metrics_page(const MetricsRegistry& metrics);

}  // namespace gw::api
