// Everything that can be learned of a server for nothing, in one go: for an operator who asks what
// is wrong, before a picture has to fail.
#pragma once

#include "base/clock.hpp"
#include "core/accounts/account.hpp"
#include "core/model.hpp"
#include "providers/dreamifly/options.hpp"
#include "providers/dreamifly/quota.hpp"
#include "transport/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gw::dreamifly {

struct ReachCheckup {
  enum class State : std::uint8_t {
    nothing,  // no answer at all: `fault` says why
    other,    // answers came, but none as the protocol has them
    server,
  };
  State state = State::nothing;
  std::chrono::milliseconds first_byte{0};  // of the first answer
  std::string fault;
};

// Of the per-minute scheme; `failure` when it is not known.
struct ClockCheckup {
  std::chrono::minutes zone{0};
  std::chrono::milliseconds ahead{0};  // of our clock; late by a round trip at most
  std::string failure;
};

struct TokenCheckup {
  TokenVerdict verdict = TokenVerdict::unknown;
  std::string detail;  // of a refusal what to do, of `unknown` why
};

struct AccountCheckup {
  std::string label;
  std::string email;  // as the server has it; empty: not told
  AccountFinding finding;
  std::optional<Quota> quota;
};

struct ModelsCheckup {
  std::vector<ModelInfo> offered;    // known ones first, each list in its order
  std::vector<std::string> missing;  // known ones that this server does not offer
  std::string failure;               // the two lists are empty then
};

struct Checkup {
  ReachCheckup reach;
  std::optional<ClockCheckup> clock;  // nothing: the static scheme needs none
  // Nothing below is looked at while nothing answers.
  std::optional<ModelsCheckup> models;
  std::vector<AccountCheckup> accounts;  // those of the options; none: it draws as nobody
  std::optional<TokenCheckup> token;
};

// The calls a drawing makes beforehand, by the same code, and those that tell what an account may
// still draw: none is counted or paid, each takes `patience` at most. Signs in where an account has
// an email address, with the pause between two that the server wants. I/O thread; `options`,
// `client` and `clock` must outlive it.
Async<Checkup> check_up(const Options& options, HttpClient& client, const Clock& clock,
                        std::chrono::milliseconds patience);

}  // namespace gw::dreamifly
