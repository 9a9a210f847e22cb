#include "app/cli.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <sstream>
#include <string_view>
#include <utility>

namespace gw::app {
namespace {

struct FlagRow {
  const char* flag;
  const char* setting;
  const char* help;
};

constexpr std::array<FlagRow, 5> kFlags{{
    {"--host", "HOST", "Address to listen on"},
    {"--port", "PORT", "Port to listen on; 0 takes a free one"},
    {"--data-dir", "DATA_DIR", "Folder of keys and pictures"},
    {"--config", "CONFIG_FILE", "YAML file with settings"},
    {"--web-dir", "WEB_DIR", "Folder with the page's files, in place of the built-in ones"},
}};

void add_setting_flags(CLI::App& command, std::vector<Flag>& flags) {
  for (const auto& row : kFlags) {
    const auto keep = [&flags, row](const std::string& value) {
      flags.push_back({row.flag, row.setting, value});
    };
    // The last one counts, as with every other source.
    command.add_option_function<std::string>(row.flag, keep, row.help)
        ->take_last()
        ->trigger_on_parse();
  }
}

// CLI11 wants a subcommand where its options are; `dreamifly-2api --port 9000` shall serve.
std::vector<std::string> with_command(std::span<const char* const> arguments) {
  std::vector<std::string> all(arguments.begin(), arguments.end());
  const bool names_none = all.empty() || all.front().starts_with('-');
  const bool asks_for_help = !all.empty() && (all.front() == "-h" || all.front() == "--help");
  if (!all.empty() && all.front() == "--version")
    all.front() = "version";
  else if (names_none && !asks_for_help)
    all.insert(all.begin(), "serve");
  return all;
}

// The commands and their flags, as CLI11 knows them, and what parsing left in them.
class CommandLine final {
 public:
  CommandLine() {
    line_.require_subcommand(1);
    for (auto* command : {serve_, check_, doctor_, health_, keys_, backup_, restore_})
      add_setting_flags(*command, flags_);
    backup_->add_option("file", file_, "The file to make; it must not be there yet")->required();
    restore_->add_option("file", file_, "A file that backup has made")->required();
    doctor_->add_flag("--json", as_json_, "Print one JSON object");
    keys_->add_flag("--show", show_keys_, "Print the keys themselves");
  }

  bool knows(const std::string& command) {
    return !line_.get_subcommands([&](CLI::App* known) { return known->check_name(command); })
                .empty();
  }

  std::expected<Command, CommandLineEnd> parse(const std::vector<std::string>& words) try {
    line_.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    return chosen();
  } catch (const CLI::ParseError& end) {
    // CLI11 reports by exceptions, help included.
    std::ostringstream out, err;
    const int code = line_.exit(end, out, err);
    return std::unexpected(CommandLineEnd{code == 0 ? 0 : 2, code == 0 ? out.str() : err.str()});
  }

 private:
  Command chosen() {
    if (version_->parsed()) return VersionCommand{};
    if (check_->parsed()) return CheckConfigCommand{std::move(flags_)};
    if (doctor_->parsed()) {
      return DoctorCommand{std::move(flags_), as_json_ ? DoctorFormat::json : DoctorFormat::text};
    }
    if (health_->parsed()) return HealthcheckCommand{std::move(flags_)};
    if (keys_->parsed()) {
      return KeysCommand{std::move(flags_), show_keys_ ? KeyDisplay::shown : KeyDisplay::hidden};
    }
    if (backup_->parsed()) return BackupCommand{std::move(flags_), std::move(file_)};
    if (restore_->parsed()) return RestoreCommand{std::move(flags_), std::move(file_)};
    return ServeCommand{std::move(flags_)};
  }

  CLI::App line_{
      "Pictures for any OpenAI client. Settings come from defaults, a YAML file, .env, the "
      "environment and flags; see README.md.",
      "dreamifly-2api"};
  std::vector<Flag> flags_;
  bool as_json_ = false;
  bool show_keys_ = false;
  std::string file_;
  CLI::App* serve_ = line_.add_subcommand("serve", "Serve until SIGTERM or SIGINT (the default)");
  CLI::App* check_ =
      line_.add_subcommand("check-config", "Print the settings in force, or every mistake");
  CLI::App* doctor_ = line_.add_subcommand(
      "doctor", "Look at settings, machine and upstream, and say what to mend; draws nothing");
  CLI::App* health_ =
      line_.add_subcommand("healthcheck", "Ask the running server whether it lives");
  CLI::App* keys_ = line_.add_subcommand("keys", "Say where the keys are");
  CLI::App* backup_ = line_.add_subcommand(
      "backup", "Copy the database of DATA_DIR into a file, while the server runs");
  CLI::App* restore_ = line_.add_subcommand(
      "restore", "Put a backup in the place of the database, which is kept aside");
  CLI::App* version_ = line_.add_subcommand("version", "Print the version");
};

}  // namespace

std::expected<Command, CommandLineEnd> parse_command_line(std::span<const char* const> arguments) {
  const auto words = with_command(arguments);
  CommandLine line;
  // CLI11 would only say that a command is missing.
  if (!words.front().starts_with('-') && !line.knows(words.front())) {
    return std::unexpected(CommandLineEnd{
        2, fmt::format("There is no command '{}'. Run with --help for those there are.\n",
                       words.front())});
  }
  return line.parse(words);
}

}  // namespace gw::app
