// Where sessions outlive a restart.
#pragma once

#include "base/ids.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"

#include <optional>

namespace gw::dreamifly {

// Implemented by the composition root; I/O thread. What it keeps is encrypted at rest. Its failures
// are its own to report: who finds no session signs in.
class SessionKeeper {
 public:
  virtual ~SessionKeeper() = default;
  virtual Async<std::optional<Secret>> load(AccountId account) = 0;
  virtual Async<void> save(AccountId account, Secret session) = 0;
};

}  // namespace gw::dreamifly
