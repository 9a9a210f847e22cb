#include "app/config_models.hpp"

#include "app/nearest_name.hpp"
#include "providers/demo/models.hpp"
#include "providers/dreamifly/models.hpp"
#include "providers/openai/upstream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace gw::app {
namespace {

void add(std::vector<std::string>& names, std::string_view provider,
         const std::vector<ModelInfo>& models) {
  for (const auto& model : models) {
    names.push_back(model.id);
    names.push_back(fmt::format("{}/{}", provider, model.id));
    names.insert(names.end(), model.aliases.begin(), model.aliases.end());
  }
}

// Every name that the catalogue will know without the operator's own ones. A base URL that was
// refused still means that no demo is wanted.
std::vector<std::string> built_in_names(const Config& config, const GivenSettings& given) {
  const bool site = given.has("DREAMIFLY_BASE_URL");
  std::vector<std::string> names;
  if (site) add(names, "dreamifly", dreamifly::known_models());
  for (const auto& id : config.openai ? config.openai->models : std::vector<std::string>()) {
    names.push_back(id);
    names.push_back(fmt::format("{}/{}", openai::kProviderName, id));
  }
  if (!site && !given.has("OPENAI_UPSTREAM_BASE_URL"))
    add(names, "demo", demo::demo_models(dreamifly::known_models()));
  return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string suggestion(std::string_view typed, const std::vector<std::string>& names) {
  const auto near = nearest_name(typed, {names.begin(), names.end()});
  return near.empty() ? std::string() : fmt::format("; did you mean {}?", near);
}

}  // namespace

bool has_open_names(const Config& config) {
  return config.openai && config.openai->models.empty();
}

void check_model_names(const Config& config, const GivenSettings& given,
                       std::vector<Problem>& problems) {
  // What there is, is told by the upstream later; or its address was refused.
  const bool unread = given.has("OPENAI_UPSTREAM_BASE_URL") && !config.openai;
  if (has_open_names(config) || unread) return;
  const auto names = built_in_names(config, given);
  for (const auto& [name, model] : config.model_mapping) {
    if (contains(names, model)) continue;
    problems.push_back(
        {given.where("MODEL_MAPPING"), fmt::format("'{}' stands for '{}', which is no model{}",
                                                   name, model, suggestion(model, names))});
  }
  const auto& wanted = config.default_model;
  if (wanted.empty() || contains(names, wanted) || config.model_mapping.contains(wanted)) return;
  problems.push_back({given.where("DEFAULT_MODEL"),
                      fmt::format("'{}' is no model{}", wanted, suggestion(wanted, names))});
}

}  // namespace gw::app
