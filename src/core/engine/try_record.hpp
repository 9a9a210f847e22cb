// One try of a task, for whoever asks later why it took so long or why it failed.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <optional>
#include <string>

namespace gw {

struct TryRecord {
  int number = 1;
  std::string provider;
  AccountId account;    // empty: the upstream has none
  std::string outcome;  // "drawn", or the error's kind
  int status = 0;       // of the upstream's answer; 0: there was none
  std::string detail;   // the error's, for the operator; never a prompt
  bool sent = false;
  WallTime started;
  WallTime ended;
  friend bool operator==(const TryRecord&, const TryRecord&) = default;
};

}  // namespace gw
