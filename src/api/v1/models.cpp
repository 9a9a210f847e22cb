#include "api/v1/models.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;

json::string text(std::string_view value) {
  return json::string(value.data(), value.size());
}

json::object capabilities(const ModelInfo& model) {
  json::object object;
  object["text_to_image"] = model.text_to_image;
  object["max_references"] = model.max_references;
  object["negative_prompt"] = model.negative_prompt;
  object["seed"] = model.seed;
  if (model.steps) object["steps"] = json::array{model.steps->low, model.steps->high};
  object["mask"] = model.mask;
  object["transparent"] = model.transparent;
  object["previews"] = model.previews;
  if (model.any_size) return object;  // only its upstream knows
  object["size"] = json::object{{"min_side", model.min_side},
                                {"multiple_of", model.side_multiple},
                                {"max_area", model.max_area}};
  return object;
}

json::object architecture(const ModelInfo& model) {
  json::array inputs{"text"};
  if (model.max_references > 0) inputs.emplace_back("image");
  return {{"input_modalities", std::move(inputs)}, {"output_modalities", json::array{"image"}}};
}

json::object entry(std::string_view id, const ModelInfo& model) {
  json::object object;
  object["id"] = text(id);
  object["object"] = "model";
  object["created"] = model.created;
  object["owned_by"] = text(model.owned_by);
  object["name"] = id == model.id ? text(model.name) : text(id);
  if (id != model.id) object["alias_of"] = text(model.id);
  object["capabilities"] = capabilities(model);
  object["supported_endpoint_types"] = json::array{"image-generation"};
  object["architecture"] = architecture(model);
  if (model.demo) object["demo"] = true;
  return object;
}

std::string list_json(const std::vector<ModelCatalog::Listing>& listings) {
  json::array entries;
  for (const auto& listing : listings) entries.push_back(entry(listing.id, *listing.model));
  const json::object list{{"object", "list"}, {"data", std::move(entries)}};
  return json::serialize(list);
}

http::Response json_of(SharedBytes body) {
  http::Response response;
  response.headers.set("Content-Type", "application/json");
  response.pieces.push_back(std::move(body));
  return response;
}

}  // namespace

std::string model_json(std::string_view id, const ModelInfo& model) {
  return json::serialize(entry(id, model));
}

http::Response ModelsEndpoint::list() {
  if (auto offered = routes_.offered(); !list_ || offered != listed_) {
    listed_ = std::move(offered);
    list_ = share(list_json(listed_));
  }
  return json_of(list_);
}

Result<http::Response> ModelsEndpoint::item(std::string_view id) {
  GW_TRY(const auto* model, routes_.model(id));
  return json_of(share(model_json(id, *model)));
}

}  // namespace gw::api
