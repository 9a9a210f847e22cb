// What travels with every request: its id, its caller, when it came, and what its one log line will
// say.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gw {

// Made by the HTTP session, lives until the response is written; I/O thread only. Coroutines that
// are awaited by the handler take it by reference, anything spawned copies what it needs.
struct RequestContext {
  using Field = std::variant<std::int64_t, std::string>;

  std::string request_id;  // also the x-request-id of the answer
  CallerId caller;         // set by the route's guard; empty on open routes
  SteadyTime received{};   // when the head was complete
  // When the client leaves, counted from there; nothing: it has not said, or waits for no answer.
  std::optional<std::chrono::seconds> gives_up_after;
  std::string client;  // the address, after trusted proxies
  std::string
      origin;  // scheme://host[:port] the client used, after trusted proxies; for absolute links
  // Extra fields of the access log line, names with static storage. Never prompts, keys or
  // pictures.
  std::vector<std::pair<std::string_view, Field>> log_fields;

  void note(std::string_view name, Field value) { log_fields.emplace_back(name, std::move(value)); }
};

}  // namespace gw
