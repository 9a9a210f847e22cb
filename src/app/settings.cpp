#include "app/settings.hpp"

#include "app/settings_rows.hpp"

#include <algorithm>
#include <vector>

namespace gw::app {
namespace {

std::vector<Setting> all_tables() {
  std::vector<Setting> all;
  for (const auto table : {upstream_settings(), gateway_settings()})
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

}  // namespace

std::span<const Setting> settings() {
  static const auto kAll = all_tables();
  return kAll;
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(settings(), name, &Setting::name);
  return found == settings().end() ? nullptr : &*found;
}

const Setting* find_setting_by_path(std::string_view path) {
  const auto found = std::ranges::find(settings(), path, &Setting::path);
  return path.empty() || found == settings().end() ? nullptr : &*found;
}

}  // namespace gw::app
