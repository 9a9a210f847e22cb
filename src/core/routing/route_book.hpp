// Which routes a public name has: those that the operator gave it, or the one model that the
// catalogue knows it by.
#pragma once

#include "base/error.hpp"
#include "core/model_catalog.hpp"
#include "core/routing/route.hpp"
#include "core/routing/route_choice.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

// Owned by the composition root; I/O thread. The catalogue outlives it, and knows each routed name
// as an alias of its first route (routed_aliases), so that whoever only wants to know whether a
// name draws asks there.
class RouteBook final {
 public:
  explicit RouteBook(const ModelCatalog& models, RouteTable configured = {});

  const ModelCatalog& models() const { return models_; }

  // Those of the configuration do not change. The operator's further ones do (route_editor.hpp).
  bool configured(std::string_view name) const { return configured_.contains(name); }
  const RouteTable& added() const { return added_; }
  // Whether a route of another name leads to this one: it must go on to mean what it does.
  bool is_target(std::string_view name) const;
  void add(const std::string& name, RouteSettings settings);
  void remove(const std::string& name);

  // The candidates for `name`, as they are written; one for a name without routes, and `routed` is
  // false. An empty name is the default model. Errors are those of ModelCatalog::resolve.
  struct Entry {
    bool routed = false;
    std::string name;
    RouteStrategy strategy = RouteStrategy::priority;
    std::vector<Candidate> candidates;
  };
  Result<Entry> find(std::string_view name, Purpose purpose) const;

  // As ModelCatalog::offered(), but a name with routes can do what any of them can.
  std::vector<ModelCatalog::Listing> offered();
  // What is listed of one name. Errors are those of ModelCatalog::resolve.
  Result<const ModelInfo*> model(std::string_view name);

 private:
  // By what is offered of it, so that an address stands for its content: who keeps a listing sees
  // by it whether anything has changed.
  using Unions = std::map<std::vector<const ModelInfo*>, ModelInfo>;

  const RouteSettings* settings_of(std::string_view name) const;  // null: it has no routes
  void unite(const std::string& name, const RouteSettings& settings,
             std::vector<ModelCatalog::Listing>& listings);
  std::vector<Candidate> candidates(const RouteSettings& settings, Purpose purpose) const;
  // Null: none of its routes is offered.
  const ModelInfo* united(std::string_view name, const RouteSettings& settings);

  const ModelCatalog& models_;
  const RouteTable configured_;
  RouteTable added_;
  std::map<std::string, Unions, std::less<>> unions_;
};

// What all of them together can do; the first one is its name, age and steps. At least one.
ModelInfo united_model(std::string_view name, const std::vector<const ModelInfo*>& models);

// Public name → first route, for ModelCatalog::Options::aliases.
std::map<std::string, std::string> routed_aliases(const RouteTable& table);

}  // namespace gw
