// Which models there are, under which names, and which provider draws them.
#pragma once

#include "base/error.hpp"
#include "core/model.hpp"
#include "core/ports/provider.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

// Aliases stand for one model when something is to be drawn and for another when pictures are to be
// edited; ids and "provider/model" always for the same.
enum class Purpose : std::uint8_t { draw, edit };

struct ModelRoute {
  Provider* provider = nullptr;
  const ModelInfo* model = nullptr;
};

// Built at start by the composition root; I/O thread. Providers outlive it. Only the operator's
// aliases change afterwards.
class ModelCatalog final {
 public:
  // open: some provider finds its models only while we run, so a name that nobody knows yet may
  // come to be known.
  enum class Names : std::uint8_t { closed, open };
  struct Options {
    std::string default_model = {};                   // empty: the first model (DEFAULT_MODEL)
    std::map<std::string, std::string> aliases = {};  // public name → model (MODEL_MAPPING)
    Names names = Names::closed;
  };

  // A name that several could have belongs to the operator's alias, else to the first provider with
  // a model of that id, else to the first with such an alias; "provider/model" reaches each.
  // invalid_request when an operator's alias or the default names no model.
  static Result<ModelCatalog> create(std::vector<Provider*> providers, Options options);

  // By id, alias, the operator's alias, or "provider/model"; an empty name is the default model.
  // Else a model that a provider has discovered meanwhile, under the upstream's own id or
  // "provider/id". not_found (model_not_found, param model) otherwise, and for a model that its
  // upstream does not offer.
  Result<ModelRoute> resolve(std::string_view name, Purpose purpose = Purpose::draw) const;

  // What a name that the operator gave to `target` means: it is an alias, whatever it is spelled
  // like. Errors as of resolve().
  Result<ModelRoute> resolve_alias_of(std::string_view target, Purpose purpose) const;

  // Whether a model has this name, offered or not; and whether the operator gave it.
  bool knows(std::string_view name) const { return find(name).has_value(); }
  bool is_operators(std::string_view name) const;
  // "provider/…" of a provider that there is.
  bool is_long_name(std::string_view name) const;
  // From now on the name is an alias of `target`, which need not be known yet; nothing: it is none
  // of the operator's any more. Errors are those of create(), and nothing has changed then.
  Result<void> set_alias(const std::string& name, std::optional<std::string> target);

  struct Listing {
    std::string id;          // the public name
    const ModelInfo* model;  // what it stands for
    friend bool operator==(const Listing&, const Listing&) = default;
  };
  // Every public name once, the default first, ids before aliases.
  const std::vector<Listing>& listings() const { return listings_; }
  // The same as of now: without what its upstream does not offer, with what was discovered.
  std::vector<Listing> offered() const;
  std::string default_model() const;  // empty: none is known yet

 private:
  void add_ids(Provider& provider);
  void add_aliases(Provider& provider, std::vector<Listing>& aliases);
  Result<void> add_operators_names(std::vector<Listing>& aliases);
  Result<void> choose_default();

  std::optional<ModelRoute> find(std::string_view name) const;
  std::optional<ModelRoute> discovered(std::string_view name) const;
  Result<ModelRoute> resolve(std::string_view target, std::string_view name, Purpose purpose) const;
  ModelRoute editor_of(ModelRoute route, std::string_view name) const;

  Options options_;
  std::vector<Provider*> providers_;
  std::map<std::string, ModelRoute, std::less<>> by_name_;
  std::vector<Listing> listings_;
  std::string default_model_;  // empty: the first that is discovered
  std::map<std::string, std::string, std::less<>> late_aliases_;  // of models not known yet
};

}  // namespace gw
