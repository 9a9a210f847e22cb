// Where the record of a zone outlives a restart.
#pragma once

#include "base/secret.hpp"
#include "base/task.hpp"

#include <optional>
#include <string>

namespace gw::edge {

// Implemented by the composition root; I/O thread. What it keeps is encrypted at rest. Its failures
// are its own to report: a zone of which nothing is known begins anew.
class ZoneKeeper {
 public:
  virtual ~ZoneKeeper() = default;
  virtual Async<std::optional<Secret>> load(std::string host) = 0;
  virtual Async<bool> save(std::string host, Secret record) = 0;  // true: it is kept
};

}  // namespace gw::edge
