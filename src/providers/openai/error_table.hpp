// What an upstream's refusal means, as data; errors.cpp looks it up.
#pragma once

#include "core/ports/provider.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace gw::openai {

enum class Words : std::uint8_t { ours, theirs };  // theirs: when they are safe for clients
enum class Repeat : std::uint8_t { by_kind, useless };
enum class Job : std::uint8_t { not_running, unsure };
// What a refusal says about the key that was used.
enum class Verdict : std::uint8_t { nothing, cooling, resting, needs_sign_in };

// The first row that fits decides. Status 0, and an empty code (compared with the upstream's `code`
// and its `type`) or text (a part of its message, in lower case), fit anything.
struct ErrorRow {
  int status = 0;
  std::string_view code = {};
  std::string_view text = {};
  ErrorKind kind = ErrorKind::upstream_error;
  std::string_view message = {};
  Act act = Act::fail;
  Scope scope = Scope::host;
  std::string_view param = {};
  std::string_view our_code = {};
  Words words = Words::ours;
  Repeat repeat = Repeat::by_kind;
  Verdict verdict = Verdict::nothing;
};

// Answers of a server in front of the upstream: not JSON.
struct FrontRow {
  int from = 0;
  int to = 0;
  ErrorKind kind = ErrorKind::upstream_error;
  std::string_view message = {};
  Job job = Job::not_running;
  Act act = Act::fail;
  std::string_view hint = {};  // for the operator's log
};

inline constexpr std::string_view kCredentials =
    "the upstream refuses the gateway's credentials; its operator has to check them";
inline constexpr std::string_view kFailed = "the upstream failed";

// The shortest pause before a repeat, where the upstream names none.
inline constexpr std::chrono::seconds kPause{5};

std::span<const ErrorRow> error_rows();
std::span<const FrontRow> front_rows();

// The upstream's name of a parameter and what our clients call it. What is not here is no
// parameter of theirs.
struct ParamName {
  std::string_view theirs;
  std::string_view ours;
};
std::span<const ParamName> image_params();

// Codes that may be handed on, because clients know them.
std::span<const std::string_view> known_codes();

}  // namespace gw::openai
