#include "providers/openai/offer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gw::openai {
namespace {

constexpr std::size_t kMostFound = 300;
constexpr std::size_t kMostChatModels = 1000;

}  // namespace

Offer::Offer(const Options& options) : options_(options) {
  for (const auto& id : options_.models) known_.push_back(configured_model(id, options_));
}

const ModelInfo* Offer::find(std::string_view upstream_id) const {
  const auto known = std::ranges::find(known_, upstream_id, &ModelInfo::upstream_id);
  if (known != known_.end()) return &*known;
  const auto found = std::ranges::find(found_, upstream_id, &ModelInfo::upstream_id);
  return found == found_.end() ? nullptr : &*found;
}

void Offer::update(const std::vector<ListedModel>& listed, WallTime now) {
  for (auto& model : found_) model.offered = false;
  chat_models_.clear();
  for (const auto& entry : listed) {
    if (entry.purpose == Purpose::pictures && known_.empty()) update_pictures(entry, now);
    const bool chats = entry.purpose == Purpose::chat && !find(entry.id);
    if (chats && chat_models_.size() < kMostChatModels) chat_models_.insert(entry.id);
  }
}

void Offer::update_pictures(const ListedModel& listed, WallTime now) {
  const auto found = std::ranges::find(found_, listed.id, &ModelInfo::upstream_id);
  if (found != found_.end()) {
    found->offered = true;
    return;
  }
  if (found_.size() >= kMostFound) return;
  auto& model = found_.emplace_back(found_model(listed, options_));
  if (model.created == 0)
    model.created = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  discovered_.push_back(&model);
}

}  // namespace gw::openai
