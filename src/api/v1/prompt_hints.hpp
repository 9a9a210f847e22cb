// What people write at the end of a prompt because their client has no field for it:
// "a fox --size 16:9 --style 卡通 --seed 7".
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace gw::api {

struct PromptHints {
  std::string_view prompt;  // what is left of it
  // Name without dashes and value, from the last to the first; each name once, the last one said.
  // "edit" has no value.
  std::vector<std::pair<std::string_view, std::string_view>> hints;
};

// Takes hints from the end for as long as they are size (also ar), style, seed, quality, n or edit,
// with a value of the right shape; whatever else begins with dashes is text. A long dash counts as
// two, because phones write one. Views into `prompt`. Total: any bytes.
PromptHints take_hints(std::string_view prompt);

}  // namespace gw::api
