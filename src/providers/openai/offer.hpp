// Which models a server has, as configured and as its list tells from time to time.
#pragma once

#include "base/clock.hpp"
#include "core/model.hpp"
#include "providers/openai/models.hpp"
#include "providers/openai/options.hpp"

#include <deque>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::openai {

// I/O thread; shared by what draws and what chats. Models keep their addresses for as long as this
// lives, because the catalogue points at them. A configured list of models that draw is taken at
// its word; only without one are they found.
class Offer final {
 public:
  explicit Offer(const Options& options);

  const std::vector<ModelInfo>& known() const { return known_; }
  std::span<const ModelInfo* const> discovered() const { return discovered_; }
  const ModelInfo* find(std::string_view upstream_id) const;  // one that draws
  const std::set<std::string, std::less<>>& chat_models() const { return chat_models_; }

  // `now` dates models of which the list does not. Of each kind the first few hundred count.
  void update(const std::vector<ListedModel>& listed, WallTime now);

 private:
  void update_pictures(const ListedModel& listed, WallTime now);

  Options options_;
  std::vector<ModelInfo> known_;
  std::deque<ModelInfo> found_;
  std::vector<const ModelInfo*> discovered_;
  std::set<std::string, std::less<>> chat_models_;
};

}  // namespace gw::openai
