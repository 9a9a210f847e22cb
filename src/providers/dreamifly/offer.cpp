#include "providers/dreamifly/offer.hpp"

#include "base/json.hpp"
#include "providers/dreamifly/models.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gw::dreamifly {
namespace {

constexpr std::size_t kMostDiscovered = 100;
constexpr std::size_t kLongestId = 100;
constexpr std::int64_t kMostReferences = 16;
// The server's own default for models without a rule of their own.
constexpr StepsRule kStepsOfUnknown{10, 20};

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kLongestId &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string text_of(const boost::json::object& entry, std::string_view name) {
  const auto* field = entry.if_contains(name);
  return field && field->is_string() ? std::string(std::string_view(field->get_string()))
                                     : std::string();
}

bool is_true(const boost::json::object& entry, std::string_view name) {
  const auto* field = entry.if_contains(name);
  return field && field->is_bool() && field->get_bool();
}

// maxImages says 1 for some models that take none: use_i2i decides.
int references_of(const boost::json::object& entry) {
  if (!is_true(entry, "use_i2i")) return 0;
  const auto* most = entry.if_contains("maxImages");
  if (!most || !most->is_int64()) return 1;
  return static_cast<int>(std::clamp<std::int64_t>(most->get_int64(), 1, kMostReferences));
}

OfferedModel offered_model(const boost::json::object& entry) {
  OfferedModel model{.id = text_of(entry, "id"),
                     .name = text_of(entry, "name"),
                     .text_to_image = is_true(entry, "use_t2i"),
                     .max_references = references_of(entry),
                     .login_required = is_true(entry, "requiresLogin")};
  if (model.name.empty() || model.name.size() > kLongestId) model.name = model.id;
  return model;
}

Error nonsense(std::string detail) {
  return Error(ErrorKind::upstream_error, "the upstream's list of models cannot be read")
      .with_detail("GET /api/models: " + std::move(detail));
}

// A model that appeared after this program was made passes through under the server's own id.
ModelInfo unknown_model(const OfferedModel& offered, WallTime now) {
  ModelInfo model;
  model.id = offered.id;
  model.upstream_id = offered.id;
  model.name = offered.name;
  model.owned_by = "dreamifly";
  model.created = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  model.text_to_image = offered.text_to_image;
  model.max_references = offered.max_references;
  model.login_required = offered.login_required;
  model.steps = kStepsOfUnknown;
  return model;
}

}  // namespace

Result<std::vector<OfferedModel>> read_offer(std::string_view body) {
  const auto parsed = parse_json_object(body);
  if (!parsed) return fail(nonsense("no JSON object"));
  const auto* list = parsed->if_contains("models");
  if (!list || !list->is_array()) return fail(nonsense("no list"));
  std::vector<OfferedModel> models;
  for (const auto& entry : list->get_array()) {
    if (!entry.is_object()) continue;
    if (auto model = offered_model(entry.get_object()); is_id(model.id))
      models.push_back(std::move(model));
  }
  if (models.empty()) return fail(nonsense("an empty list"));
  return models;
}

Offer::Offer() : known_(known_models()) {}

const ModelInfo* Offer::find(std::string_view upstream_id) const {
  const auto known = std::ranges::find(known_, upstream_id, &ModelInfo::upstream_id);
  if (known != known_.end()) return &*known;
  const auto found = std::ranges::find(found_, upstream_id, &ModelInfo::upstream_id);
  return found == found_.end() ? nullptr : &*found;
}

void Offer::update(const std::vector<OfferedModel>& offered, WallTime now) {
  for (auto& model : known_) model.offered = false;
  for (auto& model : found_) model.offered = false;
  for (const auto& entry : offered) {
    auto* model = look_up(entry.id);
    if (!model && found_.size() < kMostDiscovered) {
      model = &found_.emplace_back(unknown_model(entry, now));
      discovered_.push_back(model);
    }
    if (model) model->offered = true;
  }
}

ModelInfo* Offer::look_up(std::string_view upstream_id) {
  return const_cast<ModelInfo*>(std::as_const(*this).find(upstream_id));
}

}  // namespace gw::dreamifly
