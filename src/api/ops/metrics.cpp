#include "api/ops/metrics.hpp"

namespace gw::api {

http::Response metrics_page(const MetricsRegistry& metrics) {
  return http::text_response(200, "text/plain; version=0.0.4; charset=utf-8", metrics.exposition());
}

}  // namespace gw::api
