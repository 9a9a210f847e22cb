// The tables, as numbered steps that only lead forward. A step that was released never changes.
#pragma once

#include "storage/records/connection.hpp"

#include <cstdint>

namespace gw::records {

// "DrRe": marks the file as ours to tools that look at SQLite headers, and to ourselves.
inline constexpr std::int64_t kApplicationId = 0x44725265;

int newest_version();

// Brings the database to `version` (the newest), each step in a transaction of its own: when one
// fails, those before it stay, and the next start goes on from there. Throws soci_error.
void migrate(Connection& connection, int version = newest_version());

}  // namespace gw::records
