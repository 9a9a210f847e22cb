#include "app/records_commands.hpp"

#include "app/commands.hpp"
#include "storage/data_dir_lock.hpp"
#include "storage/records/backup.hpp"

#include <fmt/format.h>

#include <ostream>

namespace gw::app {
namespace {

int fail_with(const Error& error, std::ostream& err) {
  err << error.message() << '\n';
  return 1;
}

std::string former(const std::optional<std::filesystem::path>& kept) {
  if (!kept) return "There was no database before.\n";
  return fmt::format("The former database is now {}; remove it when you need it no more.\n",
                     kept->string());
}

}  // namespace

int run_backup(const ConfigInputs& inputs, const std::filesystem::path& target, std::ostream& out,
               std::ostream& err) {
  const auto loaded = load_config(inputs);
  if (!loaded) {
    err << mistakes_text(loaded.error());
    return 1;
  }
  const auto database = records_file(loaded->config.data_dir);
  if (const auto copied = back_up(database, target); !copied) return fail_with(copied.error(), err);
  out << fmt::format(
      "{} is a backup of {}: requests, jobs, accounts and what is known of pictures. The pictures "
      "themselves are in folders beside it, and so are the keys, without which nobody can read "
      "the accounts' passwords.\n",
      target.string(), database.string());
  return 0;
}

int run_restore(const ConfigInputs& inputs, const std::filesystem::path& backup, WallTime now,
                std::ostream& out, std::ostream& err) {
  const auto loaded = load_config(inputs);
  if (!loaded) {
    err << mistakes_text(loaded.error());
    return 1;
  }
  const auto& data_dir = loaded->config.data_dir;
  const auto lock = DataDirLock::acquire(data_dir);
  if (!lock) return fail_with(lock.error(), err);
  const auto database = records_file(data_dir);
  const auto kept = restore_backup(backup, database, now);
  if (!kept) return fail_with(kept.error(), err);
  out << fmt::format("{} is now as it was in {}.\n", database.string(), backup.string())
      << former(*kept);
  return 0;
}

}  // namespace gw::app
