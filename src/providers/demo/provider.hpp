// The demo provider: pictures at once, without a network, for trying out clients and for tests.
#pragma once

#include "base/worker_pool.hpp"
#include "core/model.hpp"
#include "core/ports/painter.hpp"
#include "core/ports/provider.hpp"
#include "providers/demo/options.hpp"

#include <memory>
#include <vector>

namespace gw::demo {

// Named "demo", host "demo". `painter` and `pool` must outlive it; `models` from demo_models(). The
// same order gives the same picture or the same failure (upstream_error, never to be repeated),
// reference pictures included. Who watches sees three coarser stages of it, spread over the delay.
std::unique_ptr<Provider> make_provider(Options options, const Painter& painter, WorkerPool& pool,
                                        std::vector<ModelInfo> models);

}  // namespace gw::demo
