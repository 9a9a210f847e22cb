// GET /v1/models and /v1/models/{id}.
#pragma once

#include "core/model_catalog.hpp"
#include "http/message.hpp"

#include <string_view>

namespace gw::api {

// Every public name is a model of its own, aliases too, because clients offer what they find in
// this list. I/O thread; the catalogue outlives it. The texts are made once, since many clients
// call these to try a key.
class ModelsEndpoint final {
 public:
  explicit ModelsEndpoint(const ModelCatalog& catalog);

  http::Response list() const;
  // `id` decoded, with its slashes. Also names that are not listed (provider/model). not_found
  // otherwise.
  Result<http::Response> item(std::string_view id) const;

 private:
  const ModelCatalog& catalog_;
  SharedBytes list_;
};

// One entry under the public name `id`, which may be an alias of the model.
std::string model_json(std::string_view id, const ModelInfo& model);

}  // namespace gw::api
