#include "app/config_sources.hpp"

#include "app/dotenv.hpp"
#include "app/nearest_name.hpp"
#include "app/settings.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <expected>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace gw::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 1 << 20;  // of settings; a device or a log is a mistake

std::expected<std::string, std::string> read_file(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::is_directory(status)) return std::unexpected("is a folder, not a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::unexpected(fmt::format("cannot be read: {}", std::strerror(errno)));
  std::string text(kLargestFile + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kLargestFile) return std::unexpected("is larger than 1 MiB");
  return text;
}

std::string trimmed(std::string_view text) {
  return std::string(trim(text));
}

std::string suggestion(std::string_view typed) {
  std::vector<std::string_view> names;
  for (const auto& setting : settings()) names.push_back(setting.name);
  const auto name = nearest_name(typed, names);
  return name.empty() ? std::string() : fmt::format("; did you mean {}?", name);
}

using Values = std::map<std::string, GivenValue, std::less<>>;

// A name nobody knows is no mistake in `.env`: compose and others read the same file.
Values gather_dotenv(const fs::path& path, GivenSettings& out) {
  Values values;
  std::error_code unsure;
  if (!fs::exists(path, unsure) && !unsure) return values;
  const auto text = read_file(path);
  if (!text) {
    out.problems.push_back({".env", text.error()});
    return values;
  }
  const auto parsed = parse_dotenv(*text);
  for (const auto& fault : parsed.faults) {
    out.problems.push_back({fmt::format(".env line {}", fault.line), fault.message});
  }
  for (const auto& entry : parsed.entries) {
    const auto origin = fmt::format(".env line {}", entry.line);
    const auto where = fmt::format("{} ({})", entry.name, origin);
    if (find_setting(entry.name)) {
      values[entry.name] = {trimmed(entry.value), where, origin};
    } else {
      out.warnings.push_back({where, "is no setting of this program" + suggestion(entry.name)});
    }
  }
  return values;
}

// The environment is everybody's; only names that can hardly be meant for others are worth a word.
bool looks_like_ours(std::string_view name) {
  return name.starts_with("DREAMIFLY_") || name.starts_with("UPSTREAM_") ||
         name.starts_with("DEMO_");
}

Values gather_environment(const ConfigInputs& inputs, GivenSettings& out) {
  Values values;
  for (const auto& [name, value] : inputs.environment) {
    if (find_setting(name)) {
      values[name] = {trimmed(value), name, "environment"};
    } else if (looks_like_ours(name)) {
      out.warnings.push_back({name, "is no setting of this program" + suggestion(name)});
    }
  }
  return values;
}

Values gather_flags(const ConfigInputs& inputs) {
  Values values;
  for (const auto& flag : inputs.flags) {
    values[flag.name] = {trimmed(flag.value), flag.flag, flag.flag};
  }
  return values;
}

void gather_config_file(GivenSettings& out) {
  const auto* given = out.find("CONFIG_FILE");
  if (!given || given->text.empty()) return;
  const fs::path path = given->text;
  const auto text = read_file(path);
  if (!text) {
    out.problems.push_back({given->where, fmt::format("{} {}", path.string(), text.error())});
    return;
  }
  gather_yaml(*text, path.filename().string(), out);
}

}  // namespace

std::string to_string(const Problem& problem) {
  return problem.where.empty() ? problem.message
                               : fmt::format("{}: {}", problem.where, problem.message);
}

const GivenValue* GivenSettings::find(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

ConfigInputs process_inputs(std::vector<Flag> flags) {
  ConfigInputs inputs;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    inputs.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  inputs.flags = std::move(flags);
  return inputs;
}

GivenSettings gather_settings(const ConfigInputs& inputs) {
  GivenSettings out;
  auto later = gather_dotenv(inputs.directory / ".env", out);
  for (auto& [name, value] : gather_environment(inputs, out)) later[name] = value;
  for (auto& [name, value] : gather_flags(inputs)) later[name] = value;
  // The other sources say which file to read, and then win over what it says.
  if (const auto file = later.find("CONFIG_FILE"); file != later.end()) out.values.insert(*file);
  gather_config_file(out);
  for (auto& [name, value] : later) out.values[name] = std::move(value);
  return out;
}

}  // namespace gw::app
