// Which tasks a repeated request could join: by its Idempotency-Key, or by what it asks for.
#pragma once

#include "base/ids.hpp"
#include "core/engine/task.hpp"

#include <set>
#include <string>
#include <unordered_map>

namespace gw {

// Pure; owned by the engine, which decides who may join what. Oldest first.
class AdoptionIndex final {
 public:
  void add(const TaskSpec& spec, TaskId task);
  void remove(const TaskSpec& spec, TaskId task);

  const std::set<TaskId>& same_work(const TaskSpec& spec) const;
  const std::set<TaskId>& same_key(const TaskSpec& spec) const;  // nothing for an empty key
  // Of the same key, whoever the end user: nothing without a cache key.
  const std::set<TaskId>& same_drawing(const TaskSpec& spec) const;

 private:
  using Index = std::unordered_map<std::string, std::set<TaskId>>;
  static std::string work_name(const TaskSpec& spec);
  static std::string key_name(const TaskSpec& spec);
  static std::string drawing_name(const TaskSpec& spec);
  static const std::set<TaskId>& look_up(const Index& index, const std::string& name);
  static void forget(Index& index, const std::string& name, TaskId task);

  Index by_work_;
  Index by_key_;
  Index by_drawing_;
};

}  // namespace gw
