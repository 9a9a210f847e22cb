#include "app/config_sources.hpp"
#include "app/settings.hpp"
#include "base/nearest_name.hpp"
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

// What was written without quotes and looks like a whole number is one.
boost::json::value json_of_scalar(const YAML::Node& node) {
  const auto& text = node.Scalar();
  const bool plain = node.Tag() != "!";
  const bool digits = !text.empty() && text.size() <= 9 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  if (plain && digits) return std::stoi(text);
  return boost::json::value(text);
}

// Bounded, because anchors can make a small file a large tree.
class Tree final {
 public:
  std::expected<boost::json::value, std::string> read(const YAML::Node& node, int depth = 0) {
    if (++nodes_ > kMostNodes || depth > kDeepest) return std::unexpected("is too large");
    if (node.IsMap()) return map(node, depth);
    if (node.IsSequence()) return list(node, depth);
    if (!node.IsScalar())
      return std::unexpected(fmt::format("line {} has no value", node.Mark().line + 1));
    return json_of_scalar(node);
  }

 private:
  static constexpr int kMostNodes = 20'000;
  static constexpr int kDeepest = 16;

  std::expected<boost::json::value, std::string> list(const YAML::Node& node, int depth) {
    boost::json::array array;
    for (const auto& item : node) {
      auto value = read(item, depth + 1);
      if (!value) return value;
      array.push_back(*std::move(value));
    }
    return array;
  }
  std::expected<boost::json::value, std::string> map(const YAML::Node& node, int depth) {
    boost::json::object object;
    for (const auto& item : node) {
      const auto name = scalar(item.first);
      if (!name) return std::unexpected(name.error());
      // What is not there has no line of its own.
      if (item.second.IsNull())
        return std::unexpected(fmt::format("line {} has no value", item.first.Mark().line + 1));
      auto value = read(item.second, depth + 1);
      if (!value) return value;
      if (!object.emplace(*name, *std::move(value)).second) {
        return std::unexpected(
            fmt::format("line {} gives '{}' twice", item.first.Mark().line + 1, *name));
      }
    }
    return object;
  }

  int nodes_ = 0;
};

Text json_of_tree(const YAML::Node& node) {
  const auto value = Tree().read(node);
  if (!value) return std::unexpected(value.error());
  return boost::json::serialize(*value);
}

Text text_of(const YAML::Node& node, Shape shape) {
  switch (shape) {
    case Shape::text:
      return scalar(node);
    case Shape::list:
      return joined_list(node);
    case Shape::map:
      return json_of_map(node);
    case Shape::tree:
      return json_of_tree(node);
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
