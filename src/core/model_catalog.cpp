#include "core/model_catalog.hpp"

#include <algorithm>

namespace gw {
namespace {

Error unknown_model(std::string_view name) {
  return Error::not_found("the model '" + std::string(name.substr(0, 120)) +
                          "' does not exist; see /v1/models")
      .with_param("model")
      .with_code("model_not_found");
}

}  // namespace

Result<ModelCatalog> ModelCatalog::create(std::vector<Provider*> providers, Options options) {
  ModelCatalog catalog;
  std::vector<Listing> aliases;
  const auto claim = [&](const std::string& name, ModelRoute route,
                         std::vector<Listing>& list) -> Result<void> {
    if (!catalog.by_name_.emplace(name, route).second) {
      return fail(Error::invalid_request(name, "the name '" + name + "' stands for two models"));
    }
    list.push_back({name, route.model});
    return {};
  };
  for (auto* provider : providers) {
    for (const auto& model : provider->models()) {
      const ModelRoute route{provider, &model};
      GW_CHECK(claim(model.id, route, catalog.listings_));
      for (const auto& alias : model.aliases) GW_CHECK(claim(alias, route, aliases));
      catalog.by_name_.emplace(std::string(provider->name()) + "/" + model.id, route);
    }
  }
  for (const auto& [name, target] : options.aliases) {
    const auto found = catalog.by_name_.find(target);
    if (found == catalog.by_name_.end()) {
      return fail(Error::invalid_request(
          "MODEL_MAPPING", "'" + name + "' stands for '" + target + "', which is not a model"));
    }
    // The operator's word wins over a built-in alias.
    const auto route = found->second;
    catalog.by_name_.insert_or_assign(name, route);
    std::erase_if(aliases, [&](const Listing& listing) { return listing.id == name; });
    std::erase_if(catalog.listings_, [&](const Listing& listing) { return listing.id == name; });
    aliases.push_back({name, route.model});
  }
  catalog.listings_.insert(catalog.listings_.end(), aliases.begin(), aliases.end());
  if (catalog.listings_.empty())
    return fail(Error::invalid_request("providers", "no provider offers a model"));
  catalog.default_model_ =
      options.default_model.empty() ? catalog.listings_.front().id : options.default_model;
  const auto first = catalog.by_name_.find(catalog.default_model_);
  if (first == catalog.by_name_.end()) {
    return fail(
        Error::invalid_request("DEFAULT_MODEL", "'" + catalog.default_model_ + "' is not a model"));
  }
  const auto listed = std::ranges::find(catalog.listings_, catalog.default_model_, &Listing::id);
  if (listed != catalog.listings_.end()) std::rotate(catalog.listings_.begin(), listed, listed + 1);
  return catalog;
}

Result<ModelRoute> ModelCatalog::resolve(std::string_view name) const {
  const auto found = by_name_.find(name.empty() ? std::string_view(default_model_) : name);
  if (found == by_name_.end()) return fail(unknown_model(name));
  return found->second;
}

}  // namespace gw
