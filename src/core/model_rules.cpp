#include "core/model_rules.hpp"

#include "core/quality.hpp"
#include "core/size_rule.hpp"

#include <string>

namespace gw {
namespace {

Result<void> check_text_to_image(const ModelInfo& model) {
  if (model.text_to_image) return {};
  return fail(
      Error::invalid_request("model", "'" + model.id +
                                          "' only edits pictures; choose a model that draws "
                                          "from text (capabilities in /v1/models)"));
}

// The pictures were made ready for a model that takes one (core/editor).
Result<void> check_mask(const GenerationRequest& request, const ModelInfo& model) {
  if (!request.mask || model.mask) return {};
  return fail(Error::invalid_request("mask", "'" + model.id + "' takes no mask"));
}

Result<void> check_background(const GenerationRequest& request, const ModelInfo& model) {
  if (request.output.background != Background::transparent || model.transparent) return {};
  return fail(Error::invalid_request("background", "'" + model.id +
                                                       "' draws no transparent pictures; use "
                                                       "opaque or auto")
                  .with_code("unsupported_value"));
}

}  // namespace

Result<void> check_references(std::size_t count, const ModelInfo& model) {
  const auto most = static_cast<std::size_t>(model.max_references);
  if (count <= most) return {};
  const auto message =
      most == 0 ? "'" + model.id +
                      "' takes no pictures; choose a model that edits (capabilities in /v1/models)"
                : "'" + model.id + "' takes at most " + std::to_string(most) + " pictures, not " +
                      std::to_string(count);
  return fail(Error::invalid_request(most == 0 ? "model" : "image", message));
}

Result<ImageSize> size_of_order(const GenerationRequest& request, const ModelInfo& model) {
  if (model.any_size) return request.size.value_or(ImageSize{});
  if (request.size || request.references.empty()) return resolve_size(request.size, model);
  return nearest_size(normal_area_size(request.references.front().size), model);
}

Result<void> check_model(const GenerationRequest& request, const ModelInfo& model) {
  if (request.references.empty()) {
    GW_CHECK(check_text_to_image(model));
  } else {
    GW_CHECK(check_references(request.references.size(), model));
  }
  GW_CHECK(check_mask(request, model));
  GW_CHECK(check_background(request, model));
  GW_CHECK(size_of_order(request, model));
  GW_CHECK(resolve_steps(request.quality, request.steps, model));
  return {};
}

}  // namespace gw
