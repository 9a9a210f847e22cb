#include "api/generation_facts.hpp"

#include "api/v1/images_wire.hpp"
#include "api/v1/route_wire.hpp"

#include <string>

namespace gw::api {

void add_known_headers(http::Headers& headers, const GenerationFacts& facts,
                       std::optional<std::uint64_t> seed) {
  headers.set("x-provider", facts.provider);
  headers.set("x-route", route_header({facts.provider, facts.upstream_model, facts.route}));
  if (facts.adopted) headers.set("x-adopted", "1");
  headers.set("x-cache", std::string(to_string(facts.cache)));
  if (seed) headers.set("x-seed", std::to_string(*seed));
  const auto ignored = header_list(facts.ignored);
  if (!ignored.empty()) headers.set("x-ignored-params", ignored);
}

void add_known_headers(http::Headers& headers, const Watched& watched) {
  const auto single = watched.pictures() == 1;
  add_known_headers(headers, watched.facts(),
                    single ? std::optional(watched.seed(0)) : std::nullopt);
}

void note_known(RequestContext& context, const GenerationFacts& facts) {
  context.note("model", facts.model);
  context.note("provider", facts.provider);
  context.note("adopted", facts.adopted ? 1 : 0);
  context.note("cache", std::string(to_string(facts.cache)));
}

void note_outcome(RequestContext& context, const GenerationFacts& facts, std::size_t pictures) {
  context.note("pictures", static_cast<std::int64_t>(pictures));
  context.note("queue_ms", static_cast<std::int64_t>(facts.queued.count()));
  context.note("upstream_ms", static_cast<std::int64_t>(facts.upstream.count()));
  if (!facts.points) return;
  context.note("points", facts.points->points);
  context.note("price_doubled", facts.points->doubled_by_size ? 1 : 0);
}

std::string to_text(const PointsSpent& points) {
  return std::to_string(points.points) + (points.doubled_by_size ? ";doubled-by-size" : "");
}

void note_failure(RequestContext& context, std::string_view field, const Error& error) {
  context.note(field, std::string(to_string(error.kind())));
  if (!error.detail().empty()) context.note("detail", error.detail());
}

}  // namespace gw::api
