// A copy of the database while it is in use, and the way back.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <filesystem>
#include <optional>

namespace gw {

// All functions block; their messages are for the operator.

// A consistent copy of `database` as of one moment, without what was erased from it. It appears
// under its name when it is complete and on disk (0600), and replaces nothing: `conflict` when
// there is such a file. The database may be in use.
Result<void> back_up(const std::filesystem::path& database, const std::filesystem::path& target);

// Puts the backup in the place of `database`, which nobody may have open. The backup is looked at
// first; the former database is kept beside it, and where to is the result. Nothing: there was
// none.
Result<std::optional<std::filesystem::path>> restore_backup(const std::filesystem::path& backup,
                                                            const std::filesystem::path& database,
                                                            WallTime now);

}  // namespace gw
