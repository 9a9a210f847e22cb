#include "providers/openai/models.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "providers/openai/model_rules.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <utility>

namespace gw::openai {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr std::size_t kLongestId = 200;
constexpr std::int64_t kMostReferences = 16;
constexpr std::int64_t kMostSteps = 1000;
constexpr seconds kTypicalDuration{45};
constexpr std::string_view kImageEndpoint = "image-generation";

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kLongestId &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string text_of(const json::object& entry, std::string_view name) {
  const auto* field = entry.if_contains(name);
  if (!field || !field->is_string()) return {};
  const std::string_view text = field->get_string();
  return text.size() <= kLongestId ? std::string(text) : std::string();
}

bool is_true(const json::object& entry, std::string_view name) {
  const auto* field = entry.if_contains(name);
  return field && field->is_bool() && field->get_bool();
}

std::int64_t number_of(const json::object& entry, std::string_view name) {
  const auto* field = entry.if_contains(name);
  return field && field->is_int64() ? field->get_int64() : 0;
}

std::optional<StepsRule> steps_of(const json::object& entry) {
  const auto* field = entry.if_contains("steps");
  if (!field || !field->is_array() || field->get_array().size() != 2) return std::nullopt;
  const auto is_steps = [](const json::value& value) {
    return value.is_int64() && value.get_int64() > 0 && value.get_int64() <= kMostSteps;
  };
  const auto& pair = field->get_array();
  if (!is_steps(pair[0]) || !is_steps(pair[1])) return std::nullopt;
  return StepsRule{static_cast<int>(pair[0].get_int64()), static_cast<int>(pair[1].get_int64())};
}

// Other servers have a field of this name too, with other things in it.
std::optional<Capabilities> capabilities_of(const json::object& entry) {
  const auto* field = entry.if_contains("capabilities");
  if (!field || !field->is_object()) return std::nullopt;
  const auto& object = field->get_object();
  if (!object.contains("text_to_image") || !object.contains("max_references")) return std::nullopt;
  return Capabilities{.text_to_image = is_true(object, "text_to_image"),
                      .max_references = static_cast<int>(std::clamp<std::int64_t>(
                          number_of(object, "max_references"), 0, kMostReferences)),
                      .negative_prompt = is_true(object, "negative_prompt"),
                      .seed = is_true(object, "seed"),
                      .transparent = is_true(object, "transparent"),
                      .previews = is_true(object, "previews"),
                      .steps = steps_of(object)};
}

Purpose purpose_by_name(std::string_view id) {
  if (rule_of(id)) return Purpose::pictures;
  return is_other_kind(id) ? Purpose::other : Purpose::chat;
}

Purpose purpose_of(const json::object& entry, const ListedModel& model) {
  if (model.capabilities) return Purpose::pictures;
  const auto* types = entry.if_contains("supported_endpoint_types");
  if (!types || !types->is_array() || types->get_array().empty()) return purpose_by_name(model.id);
  const bool draws = std::ranges::any_of(types->get_array(), [](const json::value& type) {
    return type.is_string() && std::string_view(type.get_string()) == kImageEndpoint;
  });
  if (draws) return Purpose::pictures;
  return is_other_kind(model.id) ? Purpose::other : Purpose::chat;
}

ListedModel listed_model(const json::object& entry) {
  ListedModel model{.id = text_of(entry, "id"),
                    .name = text_of(entry, "name"),
                    .owned_by = text_of(entry, "owned_by"),
                    .created = std::max<std::int64_t>(number_of(entry, "created"), 0),
                    .capabilities = capabilities_of(entry)};
  model.purpose = purpose_of(entry, model);
  return model;
}

Error no_list() {
  return Error(ErrorKind::upstream_error, "the upstream's list of models cannot be read")
      .with_detail("GET /models: no JSON object with an array `data`");
}

// What holds for every model behind this API.
ModelInfo blank_model(const std::string& id) {
  ModelInfo model;
  model.id = id;
  model.upstream_id = id;
  model.name = id;
  model.owned_by = "openai";
  model.any_size = true;
  model.seed = false;
  model.typical_duration = kTypicalDuration;
  return model;
}

void apply(const ModelRule* rule, const Options& options, ModelInfo& model) {
  const bool passed_on = options.extensions == Extensions::passed_on;
  model.seed = passed_on;
  model.negative_prompt = passed_on;
  model.max_references = rule ? rule->references : static_cast<int>(kMostReferences);
  model.text_to_image = !rule || rule->task != Task::edits;
  const bool gpt_image = rule && rule->extra == Extra::gpt_image;
  model.transparent = gpt_image;
  model.previews = gpt_image && options.previews > 0;
}

void apply(const Capabilities& told, const Options& options, ModelInfo& model) {
  const bool passed_on = options.extensions == Extensions::passed_on;
  model.seed = passed_on && told.seed;
  model.negative_prompt = passed_on && told.negative_prompt;
  if (passed_on) model.steps = told.steps;
  model.text_to_image = told.text_to_image;
  model.max_references = told.max_references;
  model.transparent = told.transparent;
  model.previews = told.previews && options.previews > 0;
}

}  // namespace

Result<std::vector<ListedModel>> read_model_list(std::string_view body) {
  const auto object = parse_json_object(body);
  if (!object) return fail(no_list());
  const auto* list = object->if_contains("data");
  if (!list || !list->is_array()) return fail(no_list());
  std::vector<ListedModel> models;
  for (const auto& entry : list->get_array()) {
    if (!entry.is_object()) continue;
    if (auto model = listed_model(entry.get_object()); is_id(model.id))
      models.push_back(std::move(model));
  }
  return models;
}

// Every model that edits takes a mask: the API has one for all of them.
ModelInfo configured_model(const std::string& id, const Options& options) {
  auto model = blank_model(id);
  apply(rule_of(id), options, model);
  model.mask = model.max_references > 0;
  return model;
}

ModelInfo found_model(const ListedModel& listed, const Options& options) {
  auto model = blank_model(listed.id);
  if (!listed.name.empty() && is_utf8(listed.name)) model.name = listed.name;
  if (is_id(listed.owned_by)) model.owned_by = listed.owned_by;
  model.created = listed.created;
  if (listed.capabilities) {
    apply(*listed.capabilities, options, model);
  } else {
    apply(rule_of(listed.id), options, model);
  }
  model.mask = model.max_references > 0;
  return model;
}

}  // namespace gw::openai
