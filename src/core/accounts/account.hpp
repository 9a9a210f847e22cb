// An account at an upstream, as values: who it is, what it may be used for, how it is doing.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

// The design's names ("One name for each thing").
enum class AccountState : std::uint8_t {
  ready,
  busy,             // the upstream says that its places are taken
  cooling,          // trouble that passes: 30 s × n, at most 300 s, never shortened
  resting,          // its allowance is used up, until the reset that the protocol names
  needs_sign_in,    // its operator has to give a password or a session
  banned,           // by the upstream
  needs_clearance,  // an edge in front of the upstream wants a human
  off,              // switched off by the operator
};
std::string_view to_string(AccountState state);

// config: written in YAML or the environment, and read-only to the admin door.
enum class AccountOrigin : std::uint8_t { config, admin };

// What the operator says of it. `credentials` are named by the provider ("email", "password",
// "session_cookie", "api_key") and checked by it.
struct AccountSettings {
  AccountId id;
  std::string provider;  // Provider::name() of its upstream
  std::string label;     // for people
  std::map<std::string, Secret> credentials;
  int weight = 1;                   // 1 … 100: its share of the work
  int parallel = 0;                 // pictures at a time; 0: as many as the host takes
  std::vector<std::string> models;  // upstream ids it is used for; empty: all
  bool enabled = true;
  AccountOrigin origin = AccountOrigin::config;
};

// What one drawing costs an account, in points.
struct Price {
  std::int64_t full = 0;              // once the day's free pictures are used up
  std::int64_t within_allowance = 0;  // before
  bool doubled_by_size = false;       // a smaller picture would cost half
};

// Of an account of the configuration: the same after a restart, by the upstream's base URL and what
// it signs in with (an address, a key). It tells nobody what that was.
AccountId derived_account_id(std::string_view base_url, std::string_view login);

// What was last read of what it may still draw; nothing: not told.
struct Allowance {
  std::optional<std::int64_t> points;       // balance
  std::optional<std::int64_t> drawn_today;  // of the day's free pictures …
  std::optional<std::int64_t> daily_limit;  // … so many
  WallTime read;
};

// What a provider found out about an account, by a free call or by a refusal of a paid one.
struct AccountFinding {
  AccountState state = AccountState::ready;
  std::string reason;  // for the operator; empty when ready
  // When it may be better; nothing: cooling lasts as the pool's rule says, the rest until somebody
  // acts.
  std::optional<std::chrono::seconds> rest;
  std::optional<Allowance> allowance;
  // Trouble of the way there rather than of the account: at most half of an upstream's accounts are
  // set aside for that.
  bool own_trouble = true;
};

// Since it was made known to this process.
struct AccountCounts {
  std::uint64_t leases = 0;
  std::uint64_t drawn = 0;
  std::uint64_t coolings = 0;  // times it was set aside for trouble that passes
};

// What an operator sees.
struct AccountView {
  AccountId id;
  std::string label;
  AccountState state = AccountState::ready;
  std::string reason;
  std::optional<WallTime> until;  // nothing: open-ended, or ready
  int leases = 0;                 // pictures being drawn with it
  std::optional<Allowance> allowance;
  std::optional<WallTime> last_used;
  AccountCounts counts = {};
};

}  // namespace gw
