// What clients and the operator are told about an edge (cloudflare-upstream §2.5). Pure; nothing in
// it is text of an answer's.
#pragma once

#include "base/error.hpp"
#include "transport/edge/finding.hpp"
#include "transport/edge/zone_record.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gw::edge {

// Why nothing is sent to `host`, whose zone is needed, blocked or cooling. `wait`: cooling, how
// long yet.
Error closed(std::string_view host, const ZoneRecord& record,
             std::optional<std::chrono::milliseconds> wait);

// Of an answer that the edge gave in place of the upstream.
Error answered_by_edge(std::string_view host, const Finding& finding);

// How a probe went, for the operator. `finding`: nothing when there was no answer.
std::string probe_result(const std::optional<Finding>& finding, bool with_clearance);

}  // namespace gw::edge
