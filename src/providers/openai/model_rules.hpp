// What a model's name tells about it, where its server does not: the rules as data.
#pragma once

#include <cstdint>
#include <string_view>

namespace gw::openai {

enum class Task : std::uint8_t { draws, edits, both };
enum class ResponseFormat : std::uint8_t { known, refused };  // the parameter of that name
enum class Extra : std::uint8_t { none, gpt_image };          // transparency and partial images

// The first pattern that fits the name decides. Patterns are in lower case, '*' stands for
// anything; what comes before the last slash of a name (its vendor) is not looked at.
struct ModelRule {
  std::string_view pattern;
  Task task = Task::draws;
  int references = 0;
  Extra extra = Extra::none;
  ResponseFormat response_format = ResponseFormat::known;
};

// Null: the name is none of a model that is known to draw.
const ModelRule* rule_of(std::string_view model);

// Names of models that neither draw nor chat: embeddings, speech and the like.
bool is_other_kind(std::string_view model);

// Total: any bytes.
bool fits(std::string_view pattern, std::string_view name);

}  // namespace gw::openai
