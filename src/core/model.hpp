// A model as the gateway knows it: its names, what it can do, and the rules a request is checked
// against before anything is sent, because refused calls cost the account too (dreamifly-protocol
// §6).
#pragma once

#include "base/image_format.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gw {

struct StepsRule {
  int low = 0;
  int high = 0;
};

struct ModelInfo {
  std::string id;           // the public name, "dreamifly-qwen-image"
  std::string upstream_id;  // what the provider calls it, "Qwen-Image"
  std::string name;         // for people
  std::string owned_by;
  std::int64_t created = 0;          // seconds; an integer, clients format it as one
  std::vector<std::string> aliases;  // other public names
  bool text_to_image = true;
  int max_references = 0;  // reference pictures it takes; 0: none
  std::string edits_by;    // id of the model that edits where an alias of this one is asked to
  bool login_required = false;
  bool demo = false;               // marked as such wherever it is listed
  bool offered = true;             // by its upstream, as far as known; may change while we run
  std::optional<StepsRule> steps;  // nothing: the model has no choice of steps
  bool negative_prompt = false;    // has an effect
  bool seed = true;                // has an effect
  bool mask = false;               // takes a mask beside the first reference
  bool transparent = false;        // draws transparent pictures
  bool previews = false;           // shows the picture while it is drawn
  bool any_size = false;  // its upstream decides: no size is refused here, and auto is left to it
  std::uint32_t min_side = 64;
  std::uint32_t side_multiple = 8;
  std::uint64_t max_area = 2'020'000;
  std::chrono::seconds typical_duration{30};  // for unsure slots and estimates
};

}  // namespace gw
