// Which models there are, under which names, and which provider draws them.
#pragma once

#include "base/error.hpp"
#include "core/model.hpp"
#include "core/ports/provider.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

struct ModelRoute {
  Provider* provider = nullptr;
  const ModelInfo* model = nullptr;
};

// Built once at start by the composition root; I/O thread. Providers outlive it.
class ModelCatalog final {
 public:
  struct Options {
    std::string default_model;                   // empty: the first model (DEFAULT_MODEL)
    std::map<std::string, std::string> aliases;  // public name → model id or alias (MODEL_MAPPING)
  };

  // invalid_request when a name stands for two models, or an alias or the default names none.
  static Result<ModelCatalog> create(std::vector<Provider*> providers, Options options);

  // By id, alias, the operator's alias, or "provider/model"; an empty name is the default model.
  // Else a model that a provider has discovered meanwhile, under the upstream's own id. not_found
  // (model_not_found, param model) otherwise, and for a model that its upstream does not offer.
  Result<ModelRoute> resolve(std::string_view name) const;

  struct Listing {
    std::string id;          // the public name
    const ModelInfo* model;  // what it stands for
    friend bool operator==(const Listing&, const Listing&) = default;
  };
  // Every public name once, the default first, ids before aliases.
  const std::vector<Listing>& listings() const { return listings_; }
  // The same as of now: without what its upstream does not offer, with what was discovered.
  std::vector<Listing> offered() const;
  const std::string& default_model() const { return default_model_; }

 private:
  Result<void> add(Provider& provider, std::vector<Listing>& aliases);
  Result<void> add(const std::map<std::string, std::string>& names, std::vector<Listing>& aliases);
  Result<void> choose_default(std::string wanted);
  Result<void> claim(const std::string& name, ModelRoute route, std::vector<Listing>& list);

  std::optional<ModelRoute> discovered(std::string_view name) const;

  std::vector<Provider*> providers_;
  std::map<std::string, ModelRoute, std::less<>> by_name_;
  std::vector<Listing> listings_;
  std::string default_model_;
};

}  // namespace gw
