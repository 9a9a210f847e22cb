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

Error not_offered(std::string_view name) {
  return Error::not_found("the upstream does not offer the model '" + std::string(name) +
                          "' at present; see /v1/models")
      .with_param("model")
      .with_code("model_not_found");
}

}  // namespace

Result<ModelCatalog> ModelCatalog::create(std::vector<Provider*> providers, Options options) {
  ModelCatalog catalog;
  std::vector<Listing> aliases;
  for (auto* provider : providers) GW_CHECK(catalog.add(*provider, aliases));
  GW_CHECK(catalog.add(options.aliases, aliases));
  catalog.listings_.insert(catalog.listings_.end(), aliases.begin(), aliases.end());
  GW_CHECK(catalog.choose_default(std::move(options.default_model)));
  catalog.providers_ = std::move(providers);
  return catalog;
}

Result<void> ModelCatalog::add(Provider& provider, std::vector<Listing>& aliases) {
  for (const auto& model : provider.models()) {
    const ModelRoute route{&provider, &model};
    GW_CHECK(claim(model.id, route, listings_));
    for (const auto& alias : model.aliases) GW_CHECK(claim(alias, route, aliases));
    by_name_.emplace(std::string(provider.name()) + "/" + model.id, route);
  }
  return {};
}

// An operator's name stands for a model, not for another such name, and wins over a built-in one.
Result<void> ModelCatalog::add(const std::map<std::string, std::string>& names,
                               std::vector<Listing>& aliases) {
  const auto built_in = by_name_;
  for (const auto& [name, target] : names) {
    const auto found = built_in.find(target);
    if (found == built_in.end()) {
      return fail(Error::invalid_request(
          "MODEL_MAPPING", "'" + name + "' stands for '" + target + "', which is not a model"));
    }
    const auto is_same = [wanted = std::string_view(name)](const Listing& listing) {
      return listing.id == wanted;
    };
    std::erase_if(aliases, is_same);
    std::erase_if(listings_, is_same);
    by_name_.insert_or_assign(name, found->second);
    aliases.push_back({name, found->second.model});
  }
  return {};
}

Result<void> ModelCatalog::choose_default(std::string wanted) {
  if (listings_.empty()) {
    return fail(Error::invalid_request("providers", "no provider offers a model"));
  }
  default_model_ = wanted.empty() ? listings_.front().id : std::move(wanted);
  if (!by_name_.contains(default_model_)) {
    return fail(Error::invalid_request("DEFAULT_MODEL", "'" + default_model_ + "' is not a model"));
  }
  const auto listed = std::ranges::find(listings_, default_model_, &Listing::id);
  if (listed != listings_.end()) std::rotate(listings_.begin(), listed, listed + 1);
  return {};
}

Result<void> ModelCatalog::claim(const std::string& name, ModelRoute route,
                                 std::vector<Listing>& list) {
  if (!by_name_.emplace(name, route).second) {
    return fail(Error::invalid_request(name, "the name '" + name + "' stands for two models"));
  }
  list.push_back({name, route.model});
  return {};
}

Result<ModelRoute> ModelCatalog::resolve(std::string_view name) const {
  const auto wanted = name.empty() ? std::string_view(default_model_) : name;
  const auto found = by_name_.find(wanted);
  const auto route = found != by_name_.end() ? std::optional(found->second) : discovered(wanted);
  if (!route) return fail(unknown_model(name));
  if (!route->model->offered) return fail(not_offered(wanted));
  return *route;
}

std::vector<ModelCatalog::Listing> ModelCatalog::offered() const {
  std::vector<Listing> now;
  for (const auto& listing : listings_) {
    if (listing.model->offered) now.push_back(listing);
  }
  for (const auto* provider : providers_) {
    for (const auto* model : provider->discovered()) {
      if (model->offered && !by_name_.contains(model->id)) now.push_back({model->id, model});
    }
  }
  return now;
}

std::optional<ModelRoute> ModelCatalog::discovered(std::string_view name) const {
  for (auto* provider : providers_) {
    for (const auto* model : provider->discovered()) {
      if (model->id == name) return ModelRoute{provider, model};
    }
  }
  return std::nullopt;
}

}  // namespace gw
