// Which tasks a repeated request could join: by its Idempotency-Key, or by what it asks for.
#pragma once

#include "base/digest.hpp"
#include "base/ids.hpp"
#include "core/engine/task.hpp"

#include <ranges>
#include <set>
#include <utility>

namespace gw {

// Pure; owned by the engine, which decides who may join what. Names are digests: every waiting task
// has one, and digests take a third of the room.
class AdoptionIndex final {
  using Index = std::set<std::pair<Sha256, TaskId>>;

 public:
  // Oldest first; ends with the next change.
  using Tasks = std::ranges::elements_view<std::ranges::subrange<Index::const_iterator>, 1>;

  void add(const TaskSpec& spec, TaskId task);
  void remove(const TaskSpec& spec, TaskId task);

  Tasks same_work(const TaskSpec& spec) const;
  Tasks same_key(const TaskSpec& spec) const;  // nothing for an empty key
  // Of the same key, whoever the end user: nothing without a cache key.
  Tasks same_drawing(const TaskSpec& spec) const;

 private:
  static Sha256 work_name(const TaskSpec& spec);
  static Sha256 key_name(const TaskSpec& spec);
  static Sha256 drawing_name(const TaskSpec& spec);
  static Tasks named(const Index& index, const Sha256& name);
  static Tasks none(const Index& index);

  Index by_work_;
  Index by_key_;
  Index by_drawing_;
};

}  // namespace gw
