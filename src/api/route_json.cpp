#include "api/route_json.hpp"

#include "base/nearest_name.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <span>
#include <vector>

namespace gw::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostRoutes = 16;  // of one name: each of them is planned for every request
constexpr std::size_t kMostNames = 200;
constexpr std::size_t kLongestName = 120;
constexpr int kLargest = 1000;  // of priorities and weights
constexpr std::string_view kNotAName = "is not 1 to 120 visible ASCII characters";

constexpr std::array<std::string_view, 2> kOfName{"strategy", "routes"};
constexpr std::array<std::string_view, 3> kOfRoute{"model", "priority", "weight"};

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

// Names travel in headers and in `provider/model`.
bool is_name(std::string_view text) {
  const auto is_visible = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
  return !text.empty() && text.size() <= kLongestName && std::ranges::all_of(text, is_visible);
}

class Reader final {
 public:
  RouteTable table(const json::object& object) {
    RouteTable table;
    if (object.size() > kMostNames) fault("", fmt::format("has more than {} names", kMostNames));
    for (const auto& [key, value] : object) {
      const std::string name(key);
      if (!is_name(name)) {
        fault("", fmt::format("has a name that {}", kNotAName));
      } else if (!value.is_object()) {
        fault(name, "must be an object with `routes`");
      } else {
        table.emplace(name, settings(value.get_object(), name));
      }
    }
    return table;
  }

  RouteSettings settings(const json::object& object, const std::string& path) {
    check_keys(object, kOfName, path);
    RouteSettings settings;
    if (const auto* strategy = object.if_contains("strategy"))
      settings.strategy = strategy_of(*strategy, below(path, "strategy"));
    const auto* routes = object.if_contains("routes");
    const auto* list = routes ? routes->if_array() : nullptr;
    if (!list || list->empty() || list->size() > kMostRoutes) {
      fault(below(path, "routes"), fmt::format("must be a list of 1 to {} routes", kMostRoutes));
      return settings;
    }
    settings.routes = routes_of(*list, below(path, "routes"));
    return settings;
  }

  const std::vector<RouteFault>& faults() const { return faults_; }

 private:
  void fault(std::string path, std::string_view what) {
    faults_.push_back({std::move(path), std::string(what)});
  }

  static std::string below(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
  }

  void check_keys(const json::object& object, std::span<const std::string_view> known,
                  const std::string& path) {
    for (const auto& [key, value] : object) {
      const std::string_view typed = key;
      if (std::ranges::find(known, typed) != known.end()) continue;
      const auto near = nearest_name(typed, {known.begin(), known.end()});
      fault(below(path, typed.substr(0, kLongestName)),
            near.empty() ? std::string("is not known")
                         : fmt::format("is not known; did you mean {}?", near));
    }
  }

  std::vector<RouteSetting> routes_of(const json::array& list, const std::string& path) {
    std::vector<RouteSetting> routes;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto where = fmt::format("{}[{}]", path, i);
      auto route = route_of(list[i], where);
      if (!route.model.empty() && !seen.insert(route.model).second)
        fault(where + ".model", fmt::format("is '{}' for the second time", route.model));
      routes.push_back(std::move(route));
    }
    return routes;
  }

  RouteStrategy strategy_of(const json::value& value, const std::string& path) {
    const auto* text = value.if_string();
    const auto strategy = text ? route_strategy_of(view(*text)) : std::nullopt;
    if (!strategy) fault(path, "must be priority, weighted, least_busy or fastest");
    return strategy.value_or(RouteStrategy::priority);
  }

  RouteSetting route_of(const json::value& value, const std::string& path) {
    RouteSetting route;
    const auto* object = value.if_object();
    if (!object) {
      fault(path, R"(must be an object such as {"model": "provider/model"})");
      return route;
    }
    check_keys(*object, kOfRoute, path);
    const auto* model = object->if_contains("model");
    if (model && model->is_string() && is_name(view(model->get_string()))) {
      route.model = view(model->get_string());
    } else {
      fault(path + ".model", "must be a model, as \"provider/model\"");
    }
    route.priority = number_of(*object, "priority", path);
    route.weight = number_of(*object, "weight", path);
    return route;
  }

  int number_of(const json::object& object, std::string_view name, const std::string& path) {
    const auto* value = object.if_contains(name);
    if (!value) return 1;
    boost::system::error_code error;
    const auto number = value->is_number() ? value->to_number<int>(error) : 0;
    if (!error && number >= 1 && number <= kLargest) return number;
    fault(fmt::format("{}.{}", path, name),
          fmt::format("must be a whole number from 1 to {}", kLargest));
    return 1;
  }

  std::vector<RouteFault> faults_;
};

std::string sentence(const std::vector<RouteFault>& faults) {
  std::string all;
  for (const auto& [path, what] : faults) {
    if (!all.empty()) all += "; ";
    if (!path.empty()) all += path + ' ';
    all += what;
  }
  return all;
}

}  // namespace

std::expected<RouteTable, std::string> parse_routes(std::string_view text) {
  boost::system::error_code error;
  const auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !parsed.is_object())
    return std::unexpected(R"(must be a JSON object such as )"
                           R"({"name": {"routes": [{"model": "provider/model"}]}})");
  Reader reader;
  auto table = reader.table(parsed.get_object());
  if (!reader.faults().empty()) return std::unexpected(sentence(reader.faults()));
  return table;
}

std::expected<RouteSettings, std::vector<RouteFault>> read_route_settings(
    const json::object& object) {
  Reader reader;
  auto settings = reader.settings(object, {});
  if (!reader.faults().empty()) return std::unexpected(reader.faults());
  return settings;
}

std::string_view name_fault(std::string_view name) {
  return is_name(name) ? std::string_view() : kNotAName;
}

std::string show_routes(const RouteTable& table) {
  if (table.empty()) return {};
  json::object shown;
  for (const auto& [name, settings] : table) {
    json::array routes;
    for (const auto& [model, priority, weight] : settings.routes)
      routes.push_back(json::object{{"model", model}, {"priority", priority}, {"weight", weight}});
    shown[name] =
        json::object{{"strategy", to_string(settings.strategy)}, {"routes", std::move(routes)}};
  }
  return json::serialize(shown);
}

}  // namespace gw::api
