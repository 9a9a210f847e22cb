#include "api/generation_answer.hpp"

#include "api/generation_facts.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

using std::chrono::milliseconds;

// Of several pictures each has its own, beside its data.
std::optional<std::uint64_t> seed_of(const Generation& generation) {
  const auto& items = generation.items;
  if (items.size() != 1 || !items.front() || items.front()->seed == 0) return std::nullopt;
  return items.front()->seed;
}

void add_headers(http::Headers& headers, const Generation& generation, milliseconds total) {
  const auto own = std::max(milliseconds{0}, total - generation.queued - generation.upstream);
  add_known_headers(headers, generation, seed_of(generation));
  headers.set("x-queue-ms", std::to_string(generation.queued.count()));
  headers.set("x-upstream-ms", std::to_string(generation.upstream.count()));
  headers.set("x-overhead-ms", std::to_string(own.count()));
  if (generation.points) headers.set("x-upstream-points", to_text(*generation.points));
}

// The tickets live as long as the response: when the client goes before its end, dropping them
// tells the engine.
std::function<void()> delivery_of(std::vector<Ticket> tickets) {
  auto held = std::make_shared<std::vector<Ticket>>(std::move(tickets));
  return [held] {
    for (auto& ticket : *held) ticket.delivered();
  };
}

void note(RequestContext& context, const Generation& generation) {
  const auto made =
      std::ranges::count_if(generation.items, [](const auto& item) { return item.has_value(); });
  note_known(context, generation);
  for (const auto& item : generation.items) {
    if (!item) note_failure(context, "failed", item.error());
  }
  note_outcome(context, generation, static_cast<std::size_t>(made));
}

}  // namespace

void complete(http::Response& response, Generation generation, RequestContext& context,
              const Clock& clock, ByteBudget& pictures) {
  note(context, generation);
  for (auto& piece : response.pieces) piece = pictures.charge(std::move(piece));
  add_headers(response.headers, generation,
              std::chrono::duration_cast<milliseconds>(clock.now() - context.received));
  response.written = delivery_of(std::move(generation.tickets));
}

std::int64_t unix_seconds(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
}

}  // namespace gw::api
