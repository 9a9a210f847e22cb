#include "app/config_models.hpp"

#include "base/nearest_name.hpp"
#include "providers/demo/models.hpp"
#include "providers/dreamifly/models.hpp"
#include "providers/openai/upstream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
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

// What there is, is told by the upstream later; or its address was refused.
bool are_unsure(const Config& config, const GivenSettings& given) {
  return has_open_names(config) || (given.has("OPENAI_UPSTREAM_BASE_URL") && !config.openai);
}

// "provider/model" always means that model, for models found while we run too.
bool is_long_name(std::string_view name) {
  constexpr std::string_view kProviders[] = {"dreamifly/", "openai/", "demo/"};
  return std::ranges::any_of(kProviders, [&](auto start) { return name.starts_with(start); });
}

// Empty: nobody else has it. As the catalogue decides: ids before aliases, the first before others.
std::string shared_name(const std::string& id) {
  constexpr std::string_view kAdvice = "MODEL_MAPPING or MODEL_ROUTES can say otherwise";
  for (const auto& model : dreamifly::known_models()) {
    if (model.id == id)
      return fmt::format("'{}' stays the Dreamifly server's; the other is openai/{}; {}", id, id,
                         kAdvice);
    if (contains(model.aliases, id))
      return fmt::format("'{}' means openai/{} and no longer dreamifly/{}; {}", id, id, model.id,
                         kAdvice);
  }
  return {};
}

class RouteJudge final {
 public:
  RouteJudge(const Config& config, const GivenSettings& given, std::vector<Problem>& problems)
      : config_(config),
        where_(given.where("MODEL_ROUTES")),
        problems_(problems),
        names_(built_in_names(config, given)),
        unsure_(are_unsure(config, given)) {}

  void judge() {
    for (const auto& [name, settings] : config_.model_routes) {
      judge_name(name);
      for (std::size_t i = 0; i < settings.routes.size(); ++i)
        judge_model(fmt::format("{}.routes[{}].model", name, i), settings.routes[i].model);
    }
  }

 private:
  void judge_name(const std::string& name) {
    if (is_long_name(name))
      refuse(fmt::format("'{}' is the name of one provider's model and cannot have routes", name));
    if (config_.model_mapping.contains(name))
      refuse(fmt::format("'{}' has a meaning by MODEL_MAPPING already", name));
  }
  void judge_model(const std::string& path, const std::string& model) {
    if (config_.model_routes.contains(model) || config_.model_mapping.contains(model)) {
      refuse(fmt::format("{} is '{}', which is a name of yours; write \"provider/model\"", path,
                         model));
    } else if (!contains(names_, model) && !may_be_found(model)) {
      refuse(
          fmt::format("{} is '{}', which is no model{}", path, model, suggestion(model, names_)));
    }
  }
  // By the upstream whose list is read while we run; the others' are known.
  bool may_be_found(std::string_view model) const {
    return unsure_ && !model.starts_with("dreamifly/") && !model.starts_with("demo/");
  }
  void refuse(std::string message) { problems_.push_back({where_, std::move(message)}); }

  const Config& config_;
  const std::string where_;
  std::vector<Problem>& problems_;
  const std::vector<std::string> names_;
  const bool unsure_;
};

}  // namespace

bool has_open_names(const Config& config) {
  return config.openai && config.openai->models.empty();
}

void check_model_names(const Config& config, const GivenSettings& given,
                       std::vector<Problem>& problems) {
  RouteJudge(config, given, problems).judge();
  if (are_unsure(config, given)) return;
  const auto names = built_in_names(config, given);
  for (const auto& [name, model] : config.model_mapping) {
    if (contains(names, model)) continue;
    problems.push_back(
        {given.where("MODEL_MAPPING"), fmt::format("'{}' stands for '{}', which is no model{}",
                                                   name, model, suggestion(model, names))});
  }
  const auto& wanted = config.default_model;
  if (wanted.empty() || contains(names, wanted) || config.model_mapping.contains(wanted) ||
      config.model_routes.contains(wanted))
    return;
  problems.push_back({given.where("DEFAULT_MODEL"),
                      fmt::format("'{}' is no model{}", wanted, suggestion(wanted, names))});
}

void tell_shared_names(const Config& config, const GivenSettings& given,
                       std::vector<Problem>& warnings) {
  if (!config.dreamifly || !config.openai) return;
  for (const auto& id : config.openai->models) {
    const auto sentence = shared_name(id);
    const bool settled = config.model_mapping.contains(id) || config.model_routes.contains(id);
    if (!sentence.empty() && !settled)
      warnings.push_back({given.where("OPENAI_UPSTREAM_MODELS"), sentence});
  }
}

}  // namespace gw::app
