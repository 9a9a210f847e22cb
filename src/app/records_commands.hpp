// `backup` and `restore`: the database of DATA_DIR to a file and back.
#pragma once

#include "app/config_load.hpp"
#include "base/clock.hpp"

#include <filesystem>
#include <iosfwd>

namespace gw::app {

inline std::filesystem::path records_file(const std::filesystem::path& data_dir) {
  return data_dir / "records.db";
}

// Each returns the exit code. They block and write to the two streams only.
//
// Works while a gateway runs.
int run_backup(const ConfigInputs& inputs, const std::filesystem::path& target, std::ostream& out,
               std::ostream& err);
// Refuses while one runs.
int run_restore(const ConfigInputs& inputs, const std::filesystem::path& backup, WallTime now,
                std::ostream& out, std::ostream& err);

}  // namespace gw::app
