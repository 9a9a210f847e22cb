#include "providers/demo/models.hpp"

#include <algorithm>
#include <string_view>

namespace gw::demo {
namespace {

constexpr std::string_view kOwner = "demo";
constexpr std::string_view kOwnModel = "demo";
constexpr std::int64_t kCreated = 1'735'689'600;  // the first day of 2025

bool goes_by(const ModelInfo& model, std::string_view name) {
  return model.id == name || std::ranges::find(model.aliases, name) != model.aliases.end();
}

ModelInfo own_model() {
  ModelInfo model;
  model.id = kOwnModel;
  model.upstream_id = kOwnModel;
  model.name = "Demo";
  model.created = kCreated;
  model.side_multiple = 1;
  model.max_area = 3840ull * 2160;
  return model;
}

void mark_as_demo(ModelInfo& model) {
  model.owned_by = kOwner;
  model.demo = true;
  model.login_required = false;
  model.negative_prompt = false;  // has no effect on what is painted
  model.seed = true;
  model.previews = true;
  model.typical_duration = std::chrono::seconds(1);
}

}  // namespace

std::vector<ModelInfo> demo_models(std::vector<ModelInfo> known) {
  const bool taken =
      std::ranges::any_of(known, [](const ModelInfo& model) { return goes_by(model, kOwnModel); });
  if (!taken) known.push_back(own_model());
  std::ranges::for_each(known, mark_as_demo);
  return known;
}

}  // namespace gw::demo
