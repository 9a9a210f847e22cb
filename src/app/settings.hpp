// The one table of settings: name in the environment, path in the YAML file, form, meaning, where
// it goes. Loading, check-config and the documentation read the same rows.
#pragma once

#include "app/config.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gw::app {

// A Config that is being filled: each setting has been understood, their sum not yet judged.
struct Draft {
  Config config;
  dreamifly::Options dreamifly;            // becomes config.dreamifly if it has a base URL
  openai::Options openai;                  // becomes config.openai if it has one
  std::optional<std::size_t> concurrency;  // given; else it follows from the scheme
  std::string config_file;
};

using Taken = std::expected<void, std::string>;  // or a sentence that follows the setting's name

enum class Standing : std::uint8_t {
  known,      // this version acts on it
  elsewhere,  // another program's; accepted and not looked at
};

// Of the value in YAML; a tree reaches its row as JSON.
enum class Shape : std::uint8_t { text, list, map, tree };

struct Setting {
  std::string_view section;  // heading in the documentation
  std::string_view name;     // environment and `.env`
  std::string_view path;     // YAML, "server.port"; empty: not there
  Standing standing = Standing::known;
  Shape shape = Shape::text;
  std::string_view form;     // what a value looks like
  std::string_view meaning;  // for people; Markdown
  // Called with trimmed text. Empty text means "the default" and is not passed on, save where it is
  // refused.
  Taken (*take)(Draft& draft, const std::string& text);
  // The value in force, secrets as ***; empty: not set.
  std::string (*show)(const Draft& draft);
  enum class Empty : std::uint8_t { means_default, refused } empty = Empty::means_default;
};

std::span<const Setting> settings();
const Setting* find_setting(std::string_view name);
const Setting* find_setting_by_path(std::string_view path);

// Tables for the README, one for each section.
std::string settings_markdown();

}  // namespace gw::app
