#include "storage/records/route_tables.hpp"

namespace gw::records {
namespace {

// One row for each route; its strategy is the name's.
struct RouteCells {
  Text name;
  Number position;
  Text strategy, model;
  Number priority, weight;

  template <class F>
  void each(F&& f) {
    f("name", name), f("position", position), f("strategy", strategy), f("model", model);
    f("priority", priority), f("weight", weight);
  }
};

const std::string kRoutes =
    "SELECT " + column_names<RouteCells>() + " FROM model_routes ORDER BY name, position";
const std::string kPutRoute = upsert<RouteCells>("model_routes", "name, position");
const std::string kRemoveAll = "DELETE FROM model_routes";

}  // namespace

RouteTable read_routes(Connection& db) {
  RouteTable routes;
  db.select<RouteCells>(kRoutes, [&](const RouteCells& row) {
    auto& settings = routes[row.name.value];
    settings.strategy = route_strategy_of(row.strategy.value).value_or(RouteStrategy::priority);
    settings.routes.push_back({.model = row.model.value,
                               .priority = static_cast<int>(row.priority.value),
                               .weight = static_cast<int>(row.weight.value)});
  });
  return routes;
}

void put_routes(Connection& db, const RouteTable& routes) {
  db.change(kRemoveAll);
  for (const auto& [name, settings] : routes) {
    for (std::size_t i = 0; i < settings.routes.size(); ++i) {
      auto& row = db.row<RouteCells>(kPutRoute);
      row.name.set(name);
      row.position.set(static_cast<long long>(i));
      row.strategy.set(std::string(to_string(settings.strategy)));
      row.model.set(settings.routes[i].model);
      row.priority.set(settings.routes[i].priority);
      row.weight.set(settings.routes[i].weight);
      db.run<RouteCells>(kPutRoute);
    }
  }
}

}  // namespace gw::records
