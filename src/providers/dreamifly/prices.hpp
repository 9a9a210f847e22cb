// What a picture costs an account in points (protocol §6). Pure.
#pragma once

#include "core/accounts/account.hpp"
#include "core/generation.hpp"
#include "core/model.hpp"
#include "transport/http_client.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gw::dreamifly {

// The body of GET /api/points/model-base-cost.
struct BaseCost {
  std::optional<std::int64_t> points;  // nothing: the model is free
};
// Nothing: the answer does not tell.
std::optional<BaseCost> read_base_cost(const IncomingAnswer& answer);

class Prices final {
 public:
  Prices();  // the defaults of protocol §3.3

  void set(std::string_view upstream_model, BaseCost cost);
  // The server is older than points.
  void none() { base_.clear(); }

  // Nothing: the model is free. `model`: its steps; null: not known.
  std::optional<Price> of(const ImageOrder& order, const ModelInfo* model) const;

 private:
  std::map<std::string, std::int64_t, std::less<>> base_;  // of those that are not free
};

}  // namespace gw::dreamifly
