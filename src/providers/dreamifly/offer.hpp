// What the server offers at present (GET /api/models, protocol §7), over the table of what is
// known.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "core/model.hpp"

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::dreamifly {

struct OfferedModel {
  std::string id;
  std::string name;
  bool text_to_image = true;
  int max_references = 0;
  bool login_required = false;
};

// The body of GET /api/models; entries without a usable id are passed over. upstream_error when no
// entry is left: an empty list would take away everything.
Result<std::vector<OfferedModel>> read_offer(std::string_view body);

// I/O thread. Models keep their addresses for as long as this lives, because the catalogue points
// at them; what changes is whether they are offered, and what comes to be known.
class Offer final {
 public:
  Offer();

  const std::vector<ModelInfo>& known() const { return known_; }
  std::span<const ModelInfo* const> discovered() const { return discovered_; }
  const ModelInfo* find(std::string_view upstream_id) const;

  // `now` dates models that are new to us; past a hundred of them further ones are passed over.
  void update(const std::vector<OfferedModel>& offered, WallTime now);

 private:
  ModelInfo* look_up(std::string_view upstream_id);

  std::vector<ModelInfo> known_;
  std::deque<ModelInfo> found_;
  std::vector<const ModelInfo*> discovered_;
};

}  // namespace gw::dreamifly
