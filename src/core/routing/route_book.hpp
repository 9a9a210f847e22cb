// Which routes a public name has: those of its settings, or the one model that the catalogue knows
// it by.
#pragma once

#include "base/error.hpp"
#include "core/model_catalog.hpp"
#include "core/routing/route.hpp"
#include "core/routing/route_choice.hpp"

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
  explicit RouteBook(const ModelCatalog& models, RouteTable table = {});

  const ModelCatalog& models() const { return models_; }
  const RouteTable& table() const { return table_; }

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

  std::vector<Candidate> candidates(const RouteSettings& settings, Purpose purpose) const;
  // Null: none of its routes is offered.
  const ModelInfo* united(const std::string& name, const RouteSettings& settings);

  const ModelCatalog& models_;
  RouteTable table_;
  std::map<std::string, Unions> unions_;
};

// What all of them together can do; the first one is its name, age and steps. At least one.
ModelInfo united_model(std::string_view name, const std::vector<const ModelInfo*>& models);

// Public name → first route, for ModelCatalog::Options::aliases.
std::map<std::string, std::string> routed_aliases(const RouteTable& table);

}  // namespace gw
