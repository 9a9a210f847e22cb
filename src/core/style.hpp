// Style presets: a name that puts a prefix before the prompt.
#pragma once

#include "base/error.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

struct Style {
  std::string id;      // the Chinese name
  std::string name;    // the English one; an operator's own style has the same for both
  std::string prefix;  // goes before the prompt as it is
};

// OpenAI's own two styles, which clients still send: accepted without effect.
bool is_openai_style(std::string_view name);

// Built once by the composition root; immutable afterwards.
class StyleBook final {
 public:
  // The presets, and the operator's own (STYLE_MAPPING: name → prefix). One that bears a preset's
  // name replaces that preset's prefix.
  explicit StyleBook(const std::map<std::string, std::string>& own = {});

  std::span<const Style> all() const { return styles_; }

  // By either name; ASCII case does not matter, and '-' and '_' count as a space. Null for an empty
  // name and for OpenAI's two: no style. Unknown: invalid_request that lists the names.
  Result<const Style*> find(std::string_view name) const;

 private:
  std::vector<Style> styles_;
};

}  // namespace gw
