// Where an operator changes the routes of names while the gateway runs. Those of the configuration
// stay as they are written; his are kept, and are there again after a restart.
#pragma once

#include "base/task.hpp"
#include "base/task_group.hpp"
#include "core/model_catalog.hpp"
#include "core/ports/route_store.hpp"
#include "core/routing/route.hpp"
#include "core/routing/route_book.hpp"
#include "telemetry/log.hpp"

#include <string>
#include <string_view>

namespace gw {

// Owned by the composition root; I/O thread. A change is in the book, the catalogue and on disk, or
// nowhere; it is carried through when the client who asked for it goes. One at a time: conflict.
class RouteEditor final {
 public:
  struct Parts {  // all outlive it
    ModelCatalog& models;
    RouteBook& book;
    RouteStore& store;
  };
  RouteEditor(Parts parts, Executor io, Log& log);

  // Before requests come. A route whose model is not known (yet: lists are read while we run) waits
  // for it. A name that has been written into the configuration meanwhile is left out, and said in
  // the log; its former routes stay on disk until the operator changes them.
  Task<void> open();
  // Waits for what is being written.
  Async<void> finish() { return work_.wait_until_empty(); }

  // New requests for `name` go these ways; what is in line stays where it is. invalid_request names
  // what does not fit ("routes[1].model"); conflict for a name of the configuration.
  Task<void> put(std::string name, RouteSettings settings);
  // not_found when it has none of his.
  Task<void> remove(std::string name);

 private:
  Result<void> check_free(std::string_view name) const;
  Result<void> check_name(std::string_view name) const;
  Result<void> check(std::string_view name, const RouteSettings& settings) const;
  Result<void> apply(const std::string& name, const RouteSettings* settings);
  Task<void> change(std::string name, std::optional<RouteSettings> settings);
  Task<void> changed(std::string name, std::optional<RouteSettings> settings);

  const Parts parts_;
  const Executor io_;
  Log& log_;
  RouteTable left_out_;  // kept, and not in use
  bool changing_ = false;
  TaskGroup work_;
};

}  // namespace gw
