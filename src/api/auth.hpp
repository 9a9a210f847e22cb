// Who may enter: guards that look at the head, before any body is read.
#pragma once

#include "base/secret.hpp"
#include "http/router.hpp"

namespace gw::api {

// For /v1: the key as `Authorization: Bearer`, `api-key` or `X-Api-Key`. A request that brings
// several keys enters only when all of them are right, so that nobody in between can be shown one
// key while we take another. An Authorization of another scheme is not a key of ours and does not
// count. `key` is not empty. Refusals are unauthenticated.
http::Guard make_api_guard(Secret key);

struct MetricsKeys {
  Secret metrics;  // METRICS_KEY; empty: none
  Secret admin;    // ADMIN_KEY
};

// For /metrics: either key, or no key at all from this machine itself: a loopback peer that speaks
// for nobody else (no forwarding header) and is not a web page (no Origin).
http::Guard make_metrics_guard(MetricsKeys keys);

// The caller a key stands for: opaque, the same in every run.
CallerId caller_of(const Secret& key);

}  // namespace gw::api
