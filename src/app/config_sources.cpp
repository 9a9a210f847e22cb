#include "app/config_sources.hpp"

#include "app/dotenv.hpp"
#include "app/former_settings.hpp"
#include "app/settings.hpp"
#include "base/nearest_name.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <expected>
#include <fstream>
#include <sstream>
#include <unistd.h>
#include <utility>

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

// As people find it again; as it is when the working directory is gone.
std::string full_path(const fs::path& path) {
  std::error_code unknown;
  const auto full = fs::absolute(path, unknown);
  return (unknown ? path : full).lexically_normal().string();
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
    } else if (const auto former = former_setting(entry.name); !former.empty()) {
      out.warnings.push_back({where, std::string(former)});
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
  const auto before = out.values.size();
  gather_yaml(*text, path.filename().string(), out);
  // Counted without CONFIG_FILE itself, which stands there already.
  out.sources.push_back({full_path(path), out.values.size() - before});
}

void note_source(std::string name, const Values& values, GivenSettings& out) {
  if (!values.empty()) out.sources.push_back({std::move(name), values.size()});
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

bool GivenSettings::has(std::string_view name) const {
  const auto* value = find(name);
  return value && !value->text.empty();
}

std::string GivenSettings::where(std::string_view name) const {
  const auto* value = find(name);
  return value ? value->where : std::string(name);
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

std::string dotenv_path(const ConfigInputs& inputs) {
  return full_path(inputs.directory / ".env");
}

GivenSettings gather_settings(const ConfigInputs& inputs) {
  GivenSettings out;
  const auto dotenv = gather_dotenv(inputs.directory / ".env", out);
  const auto environment = gather_environment(inputs, out);
  const auto flags = gather_flags(inputs);
  const auto latest = [&](std::string_view name) -> const Values::value_type* {
    for (const auto* source : {&flags, &environment, &dotenv}) {
      if (const auto found = source->find(name); found != source->end()) return &*found;
    }
    return nullptr;
  };
  // The other sources say which file to read, and then win over what it says.
  if (const auto* file = latest("CONFIG_FILE")) {
    out.values.insert(*file);
    gather_config_file(out);
  }
  note_source(dotenv_path(inputs), dotenv, out);
  note_source("environment", environment, out);
  note_source("flags", flags, out);
  for (const auto* source : {&dotenv, &environment, &flags}) {
    for (const auto& [name, value] : *source) out.values[name] = value;
  }
  return out;
}

}  // namespace gw::app
