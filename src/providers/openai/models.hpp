// A server's models: what its list says of them, and what the gateway makes of that. Pure.
#pragma once

#include "base/error.hpp"
#include "core/model.hpp"
#include "providers/openai/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::openai {

// What another gateway of this kind tells about a model of its own.
struct Capabilities {
  bool text_to_image = true;
  int max_references = 0;
  bool negative_prompt = false;
  bool seed = false;
  bool transparent = false;
  bool previews = false;
  std::optional<StepsRule> steps;
};

enum class Purpose : std::uint8_t { pictures, chat, other };

struct ListedModel {
  std::string id;
  std::string name;
  std::string owned_by;
  std::int64_t created = 0;  // 0: not told
  Purpose purpose = Purpose::other;
  std::optional<Capabilities> capabilities;
};

// The body of GET /models. What a model is for is told by its capabilities, else by its
// supported_endpoint_types, else by its name. Entries without a usable id are passed over;
// upstream_error when the body is no such list. An empty list is one.
Result<std::vector<ListedModel>> read_model_list(std::string_view body);

// A model that the operator names: his word and the name's rule are all that is known. What no rule
// knows may be asked for everything; its upstream refuses what it cannot do.
ModelInfo configured_model(const std::string& id, const Options& options);
// A model of the list that draws.
ModelInfo found_model(const ListedModel& listed, const Options& options);

}  // namespace gw::openai
