// What headers and the log's line say of a request, part of it as soon as it is admitted.
#pragma once

#include "base/request_context.hpp"
#include "core/watch.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::api {

// x-provider, x-route, x-adopted, x-ignored-params, and of a single picture x-seed.
void add_known_headers(http::Headers& headers, const GenerationFacts& facts,
                       std::optional<std::uint64_t> seed);
// The same for an answer that begins before its pictures are there.
void add_known_headers(http::Headers& headers, const Watched& watched);

// At the start: model, provider, whether work was joined. At the end: how many pictures were made,
// how long that took and what it cost.
void note_known(RequestContext& context, const GenerationFacts& facts);
void note_outcome(RequestContext& context, const GenerationFacts& facts, std::size_t pictures);
// "6", or "6;doubled-by-size" (an RFC 8941 integer): the value of x-upstream-points.
std::string to_text(const PointsSpent& points);
void note_failure(RequestContext& context, std::string_view field, const Error& error);

}  // namespace gw::api
