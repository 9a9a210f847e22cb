// Why no account of a pool can be leased, put together from all of them.
#pragma once

#include "base/clock.hpp"
#include "core/accounts/account.hpp"
#include "core/accounts/account_pool.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace gw {

// One that fits is at work.
NobodyFree all_at_work();

class LeaseSurvey final {
 public:
  void other_model() { ++other_model_; }
  void tried() { ++tried_; }
  void poor() { ++poor_; }
  void broken(AccountState state) { ++broken_[static_cast<std::size_t>(state)]; }
  void later(SteadyTime at, AccountState state);

  NobodyFree verdict(SteadyTime now) const;

 private:
  Error not_yet(SteadyTime now) const;
  Error never() const;
  std::string counts() const;

  std::optional<SteadyTime> at_;
  AccountState state_ = AccountState::ready;  // why it is later
  int other_model_ = 0;
  int tried_ = 0;
  int poor_ = 0;
  std::array<int, static_cast<std::size_t>(AccountState::off) + 1> broken_{};
};

}  // namespace gw
