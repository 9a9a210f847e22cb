// Looks at a database file before anything may touch it: a file that is not ours, is newer than we
// are, or is damaged is refused with a sentence and stays as it is, byte for byte.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>

namespace gw::records {

// Where a refusal is shown decides what it advises to do.
enum class Inspected : std::uint8_t { in_use, backup };

// Reading a file to its end takes some 2 ms for each MB, and the time the disk needs. A start reads
// files up to kReadAtStart whole, of larger ones their head and their tables' definitions; backup
// and restore read all. What is met later is an error of its own (records/connection.hpp).
inline constexpr std::uint64_t kReadAtStart = 128'000'000;

// The version of its tables; 0 when there is no file yet, or an empty one. Blocks, and reads the
// whole file if it has no more than `read_up_to` bytes. Refusals are storage_unavailable; the
// message names the file and is for the operator.
Result<int> inspect(const std::filesystem::path& file, Inspected role,
                    std::uint64_t read_up_to = std::numeric_limits<std::uint64_t>::max());

// What opens the file without changing it or what lies beside it. A file with a log beside it (a
// process that was killed, or one that runs) is read together with that log.
std::string reading_uri(const std::filesystem::path& file);

}  // namespace gw::records
