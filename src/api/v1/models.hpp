// GET /v1/models and /v1/models/{id}.
#pragma once

#include "core/routing/route_book.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

// Every public name is a model of its own, aliases too, because clients offer what they find in
// this list. I/O thread; the book outlives it. The list's text is kept until the offer
// changes, since many clients call this to try a key.
class ModelsEndpoint final {
 public:
  explicit ModelsEndpoint(RouteBook& routes) : routes_(routes) {}

  http::Response list();
  // `id` decoded, with its slashes. Also names that are not listed (provider/model). not_found
  // otherwise.
  Result<http::Response> item(std::string_view id);

 private:
  RouteBook& routes_;
  std::vector<ModelCatalog::Listing> listed_;  // what list_ says
  SharedBytes list_;
};

// One entry under the public name `id`, which may be an alias of the model.
std::string model_json(std::string_view id, const ModelInfo& model);

}  // namespace gw::api
