#include "app/commands.hpp"

#include "app/healthcheck.hpp"
#include "app/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <ostream>

namespace gw::app {
namespace {

std::string shown_value(const EffectiveSetting& effective) {
  if (!effective.value.empty()) return effective.value;
  const auto name = effective.setting->name;
  if (name == "API_MASTER_KEY" || name == "ADMIN_KEY") return "(kept in DATA_DIR/keys)";
  return "(not set)";
}

std::size_t longest_name(const std::vector<EffectiveSetting>& settings) {
  std::size_t longest = 0;
  for (const auto& effective : settings)
    longest = std::max(longest, effective.setting->name.size());
  return longest;
}

std::string sources_line(const std::vector<ConfigSource>& sources) {
  std::string line;
  for (const auto& source : sources)
    line += fmt::format("{}{} ({})", line.empty() ? "Read: " : ", ", source.name, source.settings);
  return (line.empty() ? "Read: nothing is set" : line) + '\n';
}

std::string key_line(std::string_view name, const OwnKey& key, const std::filesystem::path& file,
                     KeyDisplay display) {
  std::string place = key.origin == KeyOrigin::setting ? "given as a setting" : file.string();
  if (key.value.empty()) place += " (not there yet: made at the first start)";
  const auto value = display == KeyDisplay::shown && !key.value.empty()
                         ? fmt::format("\n  {}", key.value.reveal())
                         : std::string();
  return fmt::format("{}: {}{}\n", name, place, value);
}

}  // namespace

std::string mistakes_text(const ConfigRefusal& refusal) {
  const auto count = refusal.problems.size();
  auto text = fmt::format("The settings have {} mistake{}:\n{}", count, count == 1 ? "" : "s",
                          render_problems(refusal.problems));
  if (!refusal.warnings.empty()) text += "Besides:\n" + render_problems(refusal.warnings);
  return text;
}

int run_check_config(const ConfigInputs& inputs, std::ostream& out, std::ostream& err) {
  const auto loaded = load_config(inputs);
  if (!loaded) {
    err << mistakes_text(loaded.error());
    return 1;
  }
  out << sources_line(loaded->sources);
  const auto width = longest_name(loaded->effective);
  for (const auto& effective : loaded->effective) {
    out << fmt::format("{:<{}}  {}  [{}]\n", effective.setting->name, width, shown_value(effective),
                       effective.origin);
  }
  for (const auto& warning : loaded->warnings) out << "WARNING: " << to_string(warning) << '\n';
  out << (loaded->config.demo_mode() ? "The demo provider draws. " : "") << "No mistakes.\n";
  return 0;
}

int run_keys(const ConfigInputs& inputs, KeyDisplay display, std::ostream& out, std::ostream& err) {
  const auto loaded = load_config(inputs);
  if (!loaded) {
    err << mistakes_text(loaded.error());
    return 1;
  }
  const auto& config = loaded->config;
  const auto api_file = api_master_key_file(config.data_dir);
  const auto admin_file = admin_key_file(config.data_dir);
  const auto api = look_up_key(config.api_master_key, api_file);
  const auto admin = look_up_key(config.admin_key, admin_file);
  for (const auto* key : {&api, &admin}) {
    if (!*key) err << key->error().message() << '\n';
  }
  if (!api || !admin) return 1;
  out << key_line("API_MASTER_KEY", *api, api_file, display);
  out << key_line("ADMIN_KEY", *admin, admin_file, display);
  return 0;
}

int run_healthcheck(const ConfigInputs& inputs, std::ostream& out, std::ostream& err) {
  const auto loaded = load_config(inputs);
  if (!loaded) {
    err << mistakes_text(loaded.error());
    return 1;
  }
  const auto& server = loaded->config.server;
  const auto healthy = ask_health(server.host, server.port, std::chrono::seconds(5));
  if (!healthy) {
    err << healthy.error().message() << '\n';
    return 1;
  }
  out << "ok\n";
  return 0;
}

}  // namespace gw::app
