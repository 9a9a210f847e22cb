// One try of a task, for whoever asks later why it took so long or why it failed.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gw {

struct TryRecord {
  int number = 1;
  std::string provider;
  AccountId account;    // empty: the upstream has none
  std::string outcome;  // "drawn", or the error's kind
  int status = 0;       // of the upstream's answer; 0: there was none
  std::string detail;   // the error's, for the operator; never a prompt
  bool sent = false;
  std::int64_t points = 0;  // that it cost the account, as far as is known
  WallTime started;
  WallTime ended;
  friend bool operator==(const TryRecord&, const TryRecord&) = default;
};

// So many of a task are remembered: the last ones.
inline constexpr std::size_t kTriesRemembered = 20;

inline void remember(std::vector<TryRecord>& tries, TryRecord ended) {
  tries.push_back(std::move(ended));
  if (tries.size() > kTriesRemembered) tries.erase(tries.begin());
}

}  // namespace gw
