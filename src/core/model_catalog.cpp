#include "core/model_catalog.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace gw {
namespace {

Error unknown_model(std::string_view name) {
  return Error::not_found("the model '" + std::string(name.substr(0, 120)) +
                          "' does not exist; see /v1/models")
      .with_param("model")
      .with_code("model_not_found");
}

Error nothing_known() {
  return Error::not_found("no model is known yet, because the upstream's list could not be read")
      .with_param("model")
      .with_code("model_not_found");
}

std::string long_name(const Provider& provider, const ModelInfo& model) {
  return std::string(provider.name()) + "/" + model.id;
}

Error not_offered(std::string_view name) {
  return Error::not_found("the upstream does not offer the model '" + std::string(name) +
                          "' at present; see /v1/models")
      .with_param("model")
      .with_code("model_not_found");
}

}  // namespace

Result<ModelCatalog> ModelCatalog::create(std::vector<Provider*> providers, Options options) {
  ModelCatalog catalog;
  catalog.options_ = std::move(options);
  std::vector<Listing> aliases;
  for (auto* provider : providers) catalog.add_ids(*provider);
  for (auto* provider : providers) catalog.add_aliases(*provider, aliases);
  // By its name, whatever the operator makes that mean.
  if (catalog.options_.default_model.empty() && !catalog.listings_.empty())
    catalog.default_model_ = catalog.listings_.front().id;
  GW_CHECK(catalog.add_operators_names(aliases));
  catalog.listings_.insert(catalog.listings_.end(), aliases.begin(), aliases.end());
  GW_CHECK(catalog.choose_default());
  catalog.providers_ = std::move(providers);
  return catalog;
}

void ModelCatalog::add_ids(Provider& provider) {
  for (const auto& model : provider.models()) {
    const ModelRoute route{&provider, &model};
    if (by_name_.emplace(model.id, route).second) {
      listings_.push_back({model.id, &model});
    } else if (!options_.aliases.contains(model.id)) {
      listings_.push_back({long_name(provider, model), &model});
    }
    by_name_.emplace(long_name(provider, model), route);
  }
}

// An alias stands in for a model that is not there; a model of that name is.
void ModelCatalog::add_aliases(Provider& provider, std::vector<Listing>& aliases) {
  for (const auto& model : provider.models()) {
    const ModelRoute route{&provider, &model};
    for (const auto& alias : model.aliases) {
      if (by_name_.emplace(alias, route).second) aliases.push_back({alias, &model});
    }
  }
}

// An operator's name stands for a model, not for another such name, and wins over a built-in one.
Result<void> ModelCatalog::add_operators_names(std::vector<Listing>& aliases) {
  const auto built_in = by_name_;
  for (const auto& [name, target] : options_.aliases) {
    const auto found = built_in.find(target);
    if (found == built_in.end() && options_.names == Names::closed) {
      return fail(Error::invalid_request(
          "MODEL_MAPPING", "'" + name + "' stands for '" + target + "', which is not a model"));
    }
    const auto is_same = [wanted = std::string_view(name)](const Listing& listing) {
      return listing.id == wanted;
    };
    std::erase_if(aliases, is_same);
    std::erase_if(listings_, is_same);
    if (found == built_in.end()) {
      by_name_.erase(name);
      late_aliases_.emplace(name, target);
      continue;
    }
    by_name_.insert_or_assign(name, found->second);
    aliases.push_back({name, found->second.model});
  }
  return {};
}

Result<void> ModelCatalog::choose_default() {
  const bool open = options_.names == Names::open;
  if (listings_.empty() && !open) {
    return fail(Error::invalid_request("providers", "no provider offers a model"));
  }
  if (!options_.default_model.empty()) default_model_ = options_.default_model;
  if (!open && !by_name_.contains(default_model_)) {
    return fail(Error::invalid_request("DEFAULT_MODEL", "'" + default_model_ + "' is not a model"));
  }
  const auto listed = std::ranges::find(listings_, default_model_, &Listing::id);
  if (listed != listings_.end()) std::rotate(listings_.begin(), listed, listed + 1);
  return {};
}

Result<ModelRoute> ModelCatalog::resolve(std::string_view name, Purpose purpose) const {
  return resolve(name.empty() ? std::string_view(default_model_) : name, name, purpose);
}

Result<ModelRoute> ModelCatalog::resolve_alias_of(std::string_view target, Purpose purpose) const {
  return resolve(target, {}, purpose);
}

Result<ModelRoute> ModelCatalog::resolve(std::string_view target, std::string_view name,
                                         Purpose purpose) const {
  const auto route = find(target);
  if (!route) return fail(target.empty() ? nothing_known() : unknown_model(target));
  const auto chosen = purpose == Purpose::edit ? editor_of(*route, name) : *route;
  if (!chosen.model->offered) return fail(not_offered(target));
  return chosen;
}

std::optional<ModelRoute> ModelCatalog::find(std::string_view name) const {
  if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
  const auto late = late_aliases_.find(name);
  return discovered(late == late_aliases_.end() ? name : std::string_view(late->second));
}

// Whoever names no model, or one by an alias, means "whatever does this".
ModelRoute ModelCatalog::editor_of(ModelRoute route, std::string_view name) const {
  const auto& model = *route.model;
  const bool by_id = name == model.id || name.ends_with("/" + model.id);
  if (by_id || model.max_references > 0 || model.edits_by.empty()) return route;
  const auto editor = by_name_.find(model.edits_by);
  return editor == by_name_.end() ? route : editor->second;
}

bool ModelCatalog::is_operators(std::string_view name) const {
  return options_.aliases.contains(std::string(name));
}

bool ModelCatalog::is_long_name(std::string_view name) const {
  return std::ranges::any_of(providers_, [&](const Provider* provider) {
    return name.starts_with(std::string(provider->name()) + "/");
  });
}

// All of it anew: what a name means depends on all the others.
Result<void> ModelCatalog::set_alias(const std::string& name, std::optional<std::string> target) {
  auto options = options_;
  options.aliases.erase(name);
  if (target) options.aliases.emplace(name, *std::move(target));
  // While we run every upstream may lend what it did not have at the start.
  options.names = Names::open;
  GW_TRY(auto changed, create(providers_, std::move(options)));
  *this = std::move(changed);
  return {};
}

std::vector<ModelCatalog::Listing> ModelCatalog::offered() const {
  std::vector<Listing> now;
  std::set<std::string_view> taken;
  const auto list = [&](std::string id, const ModelInfo& model) {
    if (model.offered) now.push_back({std::move(id), &model});
  };
  for (const auto& listing : listings_) list(listing.id, *listing.model);
  for (const auto& [name, target] : late_aliases_) {
    if (const auto route = discovered(target)) list(name, *route->model);
  }
  for (const auto* provider : providers_) {
    for (const auto* model : provider->discovered()) {
      const bool has_its_name = !by_name_.contains(model->id) &&
                                !late_aliases_.contains(model->id) &&
                                taken.insert(model->id).second;
      list(has_its_name ? model->id : long_name(*provider, *model), *model);
    }
  }
  const auto first = std::ranges::find(now, default_model_, &Listing::id);
  if (first != now.end()) std::rotate(now.begin(), first, first + 1);
  return now;
}

std::string ModelCatalog::default_model() const {
  if (!default_model_.empty()) return default_model_;
  const auto first = discovered({});
  return first ? first->model->id : std::string();
}

// An empty name is the first one that can be had.
std::optional<ModelRoute> ModelCatalog::discovered(std::string_view name) const {
  for (auto* provider : providers_) {
    for (const auto* model : provider->discovered()) {
      const bool meant =
          name.empty() ? model->offered : model->id == name || long_name(*provider, *model) == name;
      if (meant) return ModelRoute{provider, model};
    }
  }
  return std::nullopt;
}

}  // namespace gw
