#include "core/routing/route_book.hpp"

#include <algorithm>
#include <utility>

namespace gw {

RouteBook::RouteBook(const ModelCatalog& models, RouteTable configured)
    : models_(models), configured_(std::move(configured)) {}

void RouteBook::add(const std::string& name, RouteSettings settings) {
  added_.insert_or_assign(name, std::move(settings));
}

// What was made of it is kept: somebody may still show it.
void RouteBook::remove(const std::string& name) {
  added_.erase(name);
}

bool RouteBook::is_target(std::string_view name) const {
  const auto leads_there = [&](const auto& entry) {
    return entry.first != name &&
           std::ranges::any_of(entry.second.routes,
                               [&](const RouteSetting& route) { return route.model == name; });
  };
  return std::ranges::any_of(configured_, leads_there) || std::ranges::any_of(added_, leads_there);
}

const RouteSettings* RouteBook::settings_of(std::string_view name) const {
  if (const auto found = configured_.find(name); found != configured_.end()) return &found->second;
  const auto found = added_.find(name);
  return found == added_.end() ? nullptr : &found->second;
}

Result<RouteBook::Entry> RouteBook::find(std::string_view name, Purpose purpose) const {
  const auto wanted = name.empty() ? models_.default_model() : std::string(name);
  Entry entry;
  if (const auto* settings = settings_of(wanted)) {
    entry.routed = true;
    entry.name = wanted;
    entry.strategy = settings->strategy;
    entry.candidates = candidates(*settings, purpose);
    return entry;
  }
  GW_TRY(const auto route, models_.resolve(name, purpose));
  entry.candidates.push_back({.name = wanted, .route = route});
  return entry;
}

std::vector<Candidate> RouteBook::candidates(const RouteSettings& settings, Purpose purpose) const {
  std::vector<Candidate> all;
  for (const auto& [model, priority, weight] : settings.routes) {
    const auto route = models_.resolve_alias_of(model, purpose);
    all.push_back({.name = model,
                   .route = route ? std::optional(*route) : std::nullopt,
                   .priority = priority,
                   .weight = weight});
  }
  return all;
}

std::vector<ModelCatalog::Listing> RouteBook::offered() {
  auto now = models_.offered();
  for (const RouteTable* table : {&configured_, &std::as_const(added_)}) {
    for (const auto& [name, settings] : *table) unite(name, settings, now);
  }
  std::erase_if(now, [](const auto& listing) { return listing.model == nullptr; });
  const auto first = std::ranges::find(now, models_.default_model(), &ModelCatalog::Listing::id);
  if (first != now.end()) std::rotate(now.begin(), first, first + 1);
  return now;
}

void RouteBook::unite(const std::string& name, const RouteSettings& settings,
                      std::vector<ModelCatalog::Listing>& listings) {
  const auto listed = std::ranges::find(listings, name, &ModelCatalog::Listing::id);
  const auto* model = united(name, settings);
  if (listed != listings.end()) {
    listed->model = model;
  } else if (model) {
    listings.push_back({name, model});
  }
}

Result<const ModelInfo*> RouteBook::model(std::string_view name) {
  const auto wanted = name.empty() ? models_.default_model() : std::string(name);
  if (const auto* settings = settings_of(wanted)) {
    if (const auto* model = united(wanted, *settings)) return model;
  }
  GW_TRY(const auto route, models_.resolve(name));
  return route.model;
}

const ModelInfo* RouteBook::united(std::string_view name, const RouteSettings& settings) {
  std::vector<const ModelInfo*> of;
  for (const auto purpose : {Purpose::draw, Purpose::edit}) {
    for (const auto& candidate : candidates(settings, purpose)) {
      if (!candidate.route) continue;
      const auto* model = candidate.route->model;
      if (std::ranges::find(of, model) == of.end()) of.push_back(model);
    }
  }
  if (of.empty()) return nullptr;
  auto& known = unions_[std::string(name)];
  auto found = known.find(of);
  if (found == known.end()) {
    auto made = united_model(name, of);
    found = known.emplace(std::move(of), std::move(made)).first;
  }
  return &found->second;
}

ModelInfo united_model(std::string_view name, const std::vector<const ModelInfo*>& models) {
  ModelInfo all = *models.front();
  all.id = all.name = name;
  all.upstream_id.clear();
  all.aliases.clear();
  all.edits_by.clear();
  for (const auto* model : models) {
    all.text_to_image |= model->text_to_image;
    all.max_references = std::max(all.max_references, model->max_references);
    all.login_required &= model->login_required;
    all.demo &= model->demo;
    if (!all.steps) all.steps = model->steps;
    all.negative_prompt |= model->negative_prompt;
    all.seed |= model->seed;
    all.mask |= model->mask;
    all.transparent |= model->transparent;
    all.previews |= model->previews;
    all.any_size |= model->any_size;
    all.min_side = std::min(all.min_side, model->min_side);
    all.side_multiple = std::min(all.side_multiple, model->side_multiple);
    all.max_area = std::max(all.max_area, model->max_area);
  }
  return all;
}

std::map<std::string, std::string> routed_aliases(const RouteTable& table) {
  std::map<std::string, std::string> aliases;
  for (const auto& [name, settings] : table) aliases.emplace(name, settings.routes.front().model);
  return aliases;
}

}  // namespace gw
