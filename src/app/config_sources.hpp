// Gathers what was set and where: YAML file, `.env`, environment, flags. Nothing is understood here
// yet.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

// What an operator must mend, or should know.
struct Problem {
  std::string where;    // "PORT (.env line 3)"; empty: the message stands alone
  std::string message;  // "must be …"
};
std::string to_string(const Problem& problem);  // "PORT (.env line 3): must be …"

// A setting given on the command line.
struct Flag {
  std::string flag;  // "--port"
  std::string name;  // the setting, "PORT"
  std::string value;
};

// All that loading looks at, so that tests bring their own.
struct ConfigInputs {
  std::filesystem::path directory = ".";  // where `.env` is looked for
  std::map<std::string, std::string> environment;
  std::vector<Flag> flags;
};
// The process's own: working directory and environment.
ConfigInputs process_inputs(std::vector<Flag> flags);
// Where `.env` is looked for, in full if that can be known.
std::string dotenv_path(const ConfigInputs& inputs);

struct GivenValue {
  std::string text;   // trimmed
  std::string where;  // for problems: "server.port (config.yaml line 4)", "PORT", "--port"
  std::string
      origin;  // for check-config: "config.yaml line 4", ".env line 3", "environment", "--port"
};

// A place that was looked into, for the operator who wonders why a value has no effect.
struct ConfigSource {
  std::string name;  // a file's path, "environment", "flags"
  std::size_t settings = 0;
  friend bool operator==(const ConfigSource&, const ConfigSource&) = default;
};

struct GivenSettings {
  // By the setting's name in the environment; of several sources the later one.
  std::map<std::string, GivenValue, std::less<>> values;
  std::vector<Problem> problems;
  std::vector<Problem> warnings;
  std::vector<ConfigSource> sources;  // those that say something, the later ones win

  const GivenValue* find(std::string_view name) const;
  bool has(std::string_view name) const;           // given, and not empty
  std::string where(std::string_view name) const;  // of its value, for problems
};

// Reads files; never fails as a whole: what cannot be read is a problem beside all others.
GivenSettings gather_settings(const ConfigInputs& inputs);

// The YAML part alone. `file` is its name in problems.
void gather_yaml(const std::string& text, const std::string& file, GivenSettings& out);

}  // namespace gw::app
