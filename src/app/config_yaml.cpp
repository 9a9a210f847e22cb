#include "app/config_sources.hpp"
#include "app/nearest_name.hpp"
#include "app/settings.hpp"
#include "base/text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <expected>
#include <set>

namespace gw::app {
namespace {

using Text = std::expected<std::string, std::string>;

// yaml-cpp gives scalars as they were written, so one parser serves every source.
Text scalar(const YAML::Node& node) {
  if (node.IsScalar()) return node.Scalar();
  if (node.IsNull()) return std::unexpected("has no value; write \"\" for an empty one");
  return std::unexpected("must be a single value, not a list or a map");
}

Text joined_list(const YAML::Node& node) {
  if (!node.IsSequence()) return scalar(node);
  std::string list;
  for (const auto& item : node) {
    auto text = scalar(item);
    if (!text) return text;
    list += list.empty() ? *text : ", " + *text;
  }
  return list;
}

Text json_of_map(const YAML::Node& node) {
  if (!node.IsMap()) return std::unexpected("must be a map of names to texts");
  boost::json::object object;
  for (const auto& item : node) {
    auto name = scalar(item.first);
    auto text = scalar(item.second);
    if (!name || !text) {
      return std::unexpected(
          fmt::format("line {} must be \"name: text\"", item.first.Mark().line + 1));
    }
    object[*name] = *text;
  }
  return boost::json::serialize(object);
}

Text text_of(const YAML::Node& node, Shape shape) {
  switch (shape) {
    case Shape::text:
      return scalar(node);
    case Shape::list:
      return joined_list(node);
    case Shape::map:
      return json_of_map(node);
  }
  return scalar(node);
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

// A close path, or one that ends with the same word: `port` at the top is meant to be
// `server.port`.
std::string_view nearest_path(std::string_view typed) {
  std::vector<std::string_view> paths;
  for (const auto& setting : settings()) {
    if (!setting.path.empty()) paths.push_back(setting.path);
  }
  if (const auto near = nearest_name(typed, paths); !near.empty()) return near;
  const auto same_end = std::ranges::find_if(
      paths, [&](std::string_view path) { return last_part(path) == last_part(typed); });
  return same_end == paths.end() ? std::string_view() : *same_end;
}

class YamlReader final {
 public:
  YamlReader(const std::string& file, GivenSettings& out) : file_(file), out_(out) {}

  void read_map(const YAML::Node& map, const std::string& prefix) {
    std::set<std::string> seen;
    for (const auto& item : map) {
      const auto key = scalar(item.first).value_or("?");
      const auto path = prefix.empty() ? key : prefix + '.' + key;
      if (!seen.insert(key).second) {
        complain(path, item.first, "is given twice");
      } else {
        read_value(item.second, item.first, path);
      }
    }
  }

  void complain(const std::string& path, const YAML::Node& at, std::string message) {
    out_.problems.push_back({where(path, at), std::move(message)});
  }

 private:
  std::string origin(const YAML::Node& at) const {
    return fmt::format("{} line {}", file_, at.Mark().line + 1);
  }
  std::string where(const std::string& path, const YAML::Node& at) const {
    return fmt::format("{} ({})", path, origin(at));
  }

  void read_value(const YAML::Node& value, const YAML::Node& key, const std::string& path) {
    if (const auto* setting = find_setting_by_path(path)) {
      auto text = text_of(value, setting->shape);
      if (!text) return complain(path, key, std::move(text).error());
      out_.values[std::string(setting->name)] = {std::string(trim(*text)), where(path, key),
                                                 origin(key)};
    } else if (is_section(path)) {
      if (value.IsMap()) return read_map(value, path);
      if (!value.IsNull()) complain(path, key, "must be a map of settings");
    } else {
      const auto near = nearest_path(path);
      complain(path, key,
               "is no setting" + (near.empty() ? "" : fmt::format("; did you mean {}?", near)));
    }
  }

  static bool is_section(const std::string& path) {
    return std::ranges::any_of(settings(), [start = path + '.'](const Setting& setting) {
      return setting.path.starts_with(start);
    });
  }

  const std::string& file_;
  GivenSettings& out_;
};

}  // namespace

void gather_yaml(const std::string& text, const std::string& file, GivenSettings& out) try {
  const auto documents = YAML::LoadAll(text);
  if (documents.size() > 1) out.problems.push_back({file, "must hold one YAML document"});
  if (documents.size() != 1 || documents.front().IsNull()) return;
  if (!documents.front().IsMap()) {
    out.problems.push_back({file, "must be a map of settings"});
    return;
  }
  YamlReader(file, out).read_map(documents.front(), "");
} catch (const YAML::Exception& fault) {
  // yaml-cpp knows no other way to report text that is not YAML.
  out.problems.push_back({fmt::format("{} line {}", file, fault.mark.line + 1), fault.msg});
}

}  // namespace gw::app
