// What a provider counts of its own doings, since the start, for /metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace gw {

enum class SignInOutcome : std::uint8_t {
  signed_in,
  refused,   // the login is wrong, or only people can mend it
  too_many,  // the upstream wants fewer of them
  failed,    // no answer, or none that says anything
};
std::string_view to_string(SignInOutcome outcome);

struct ProviderTally {
  // Readings of the upstream's clock, by which its tokens are made. Nothing: it has no such tokens.
  struct Tokens {
    std::uint64_t refreshed = 0;
    std::uint64_t failed = 0;
    std::optional<std::chrono::milliseconds> clock_offset;  // theirs minus ours, as last read
  };
  std::optional<Tokens> tokens;
  std::map<SignInOutcome, std::uint64_t> sign_ins;
};

}  // namespace gw
