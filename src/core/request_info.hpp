// What is remembered of a client's call: by its tasks, in the journal, and in the library.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "core/generation.hpp"
#include "core/routing/route.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw {

// Ephemeral: the client waits on its connection, and a restart ends it. Durable: a job, on disk
// before it is promised, and it goes on after a restart (design: "Ephemeral and durable").
enum class Durability : std::uint8_t { ephemeral, durable };

// One for all tasks of a request that go the same route; immutable once admitted.
struct RequestInfo {
  RequestId id;
  std::string call_id = {};       // x-request-id of the call; not kept over a restart
  CallerId owner;                 // the key: who may see its pictures and its job
  std::string end_user;           // behind the key, where the client names one
  std::string safety_identifier;  // of a durable request, whose answer repeats it
  RequestKind kind = RequestKind::generation;
  Durability durability = Durability::ephemeral;
  Keeping keeping = Keeping::keep;
  std::string model;  // the public name that was used
  std::string provider;
  std::shared_ptr<const RouteNote> route;  // why that one; null: the model has but one
  std::string prompt;                      // as the client wrote it
  std::string style;
  std::string revised_prompt;      // when a style changed the prompt
  std::optional<Quality> quality;  // effective; nothing when the model has no choice
  int n = 1;
  OutputOptions output;
  ResponseForm form = ResponseForm::b64_json;
  std::vector<std::string> ignored;  // accepted without effect
  WallTime created;
};

}  // namespace gw
