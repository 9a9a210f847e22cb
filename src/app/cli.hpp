// The command line as values: what was asked for, not yet done.
#pragma once

#include "app/config_sources.hpp"
#include "app/doctor.hpp"

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace gw::app {

// Flags are settings given on the command line; load_config(process_inputs(flags)) takes them.
struct ServeCommand {
  std::vector<Flag> flags;
};
struct CheckConfigCommand {
  std::vector<Flag> flags;
};
struct DoctorCommand {
  std::vector<Flag> flags;
  DoctorFormat format = DoctorFormat::text;
};
struct HealthcheckCommand {
  std::vector<Flag> flags;
};
enum class KeyDisplay : std::uint8_t { hidden, shown };
struct KeysCommand {
  std::vector<Flag> flags;
  KeyDisplay display = KeyDisplay::hidden;
};
struct BackupCommand {
  std::vector<Flag> flags;
  std::string file;  // to be made
};
struct RestoreCommand {
  std::vector<Flag> flags;
  std::string file;  // a backup
};
struct VersionCommand {};

using Command = std::variant<ServeCommand, CheckConfigCommand, DoctorCommand, HealthcheckCommand,
                             KeysCommand, BackupCommand, RestoreCommand, VersionCommand>;

// There is nothing to do but print and end: help was asked for (0), or the line was not understood
// (2).
struct CommandLineEnd {
  int exit_code = 0;
  std::string text;  // for standard output if the code is 0, else for standard error
};

// `arguments` without the program's name. No command means serve.
std::expected<Command, CommandLineEnd> parse_command_line(std::span<const char* const> arguments);

}  // namespace gw::app
