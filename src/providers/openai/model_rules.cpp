#include "providers/openai/model_rules.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace gw::openai {
namespace {

constexpr int kMany = 16;  // the API's own bound

constexpr ModelRule kRules[] = {
    {"gpt-image*", Task::both, kMany, Extra::gpt_image, ResponseFormat::refused},
    {"chatgpt-image*", Task::both, kMany, Extra::gpt_image, ResponseFormat::refused},
    {"dall-e-2", Task::both, 1},
    {"dall-e*"},
    {"*kontext*", Task::both, kMany},
    {"*qwen-image-edit*", Task::edits, kMany},
    {"*qwen-edit*", Task::edits, kMany},
    {"*image-edit*", Task::edits, kMany},
    {"qwen-image*"},
    {"flux-2*", Task::both, kMany},
    {"flux.2*", Task::both, kMany},
    {"flux*"},
    {"stable-diffusion*"},
    {"stablediffusion*"},
    {"stable-image*"},
    {"sdxl*"},
    {"sd-*"},
    {"sd_*"},
    {"sd1*"},
    {"sd2*"},
    {"sd3*"},
    {"dreamshaper*"},
    {"animagine*"},
    {"nano-banana*", Task::both, kMany},
    {"gemini*image*", Task::both, kMany},
    {"imagen*"},
    {"*seedream*", Task::both, kMany},
    {"*seededit*", Task::edits, kMany},
    {"grok-imagine*", Task::both, kMany},
    {"grok*image*"},
    {"omnigen*", Task::both, kMany},
    {"dreamifly-*", Task::both, kMany},
    {"hidream*"},
    {"z-image*"},
    {"kolors*"},
    {"hunyuan*image*"},
    {"longcat-image*"},
    {"cogview*"},
    {"ideogram*"},
    {"recraft*"},
    {"midjourney*"},
    {"mj-*"},
    {"kandinsky*"},
    {"pixart*"},
    {"playground-v*"},
    {"wanx*"},
    {"wan*t2i*"},
};

constexpr std::string_view kOtherKinds[] = {
    "*embed*", "bge-*",        "*rerank*",     "whisper*",     "*-whisper*",  "tts*",
    "*-tts*",  "*transcribe*", "*moderation*", "*realtime*",   "sora*",       "veo*",
    "*-t2v*",  "*-i2v*",       "*video*",      "babbage-002*", "davinci-002*"};

std::string plain_name(std::string_view model) {
  return to_lower(model.substr(model.rfind('/') + 1));
}

}  // namespace

bool fits(std::string_view pattern, std::string_view name) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  pattern.remove_prefix(star + 1);
  name.remove_prefix(star);
  // What stands between two stars is best found where it comes first.
  for (auto next = pattern.find('*'); next != std::string_view::npos; next = pattern.find('*')) {
    const auto at = name.find(pattern.substr(0, next));
    if (at == std::string_view::npos) return false;
    name.remove_prefix(at + next);
    pattern.remove_prefix(next + 1);
  }
  return name.ends_with(pattern);
}

const ModelRule* rule_of(std::string_view model) {
  const auto name = plain_name(model);
  const auto rule =
      std::ranges::find_if(kRules, [&](const ModelRule& row) { return fits(row.pattern, name); });
  return rule == std::end(kRules) ? nullptr : rule;
}

bool is_other_kind(std::string_view model) {
  const auto name = plain_name(model);
  return std::ranges::any_of(kOtherKinds,
                             [&](std::string_view pattern) { return fits(pattern, name); });
}

}  // namespace gw::openai
