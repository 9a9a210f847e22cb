#include "core/engine/adoption_index.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace gw {
namespace {

std::string_view text_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

void AdoptionIndex::add(const TaskSpec& spec, TaskId task) {
  by_work_.emplace(work_name(spec), task);
  if (!spec.idempotency_key.empty()) by_key_.emplace(key_name(spec), task);
  if (spec.cache_key) by_drawing_.emplace(drawing_name(spec), task);
}

void AdoptionIndex::remove(const TaskSpec& spec, TaskId task) {
  by_work_.erase({work_name(spec), task});
  if (!spec.idempotency_key.empty()) by_key_.erase({key_name(spec), task});
  if (spec.cache_key) by_drawing_.erase({drawing_name(spec), task});
}

AdoptionIndex::Tasks AdoptionIndex::same_work(const TaskSpec& spec) const {
  return named(by_work_, work_name(spec));
}

AdoptionIndex::Tasks AdoptionIndex::same_key(const TaskSpec& spec) const {
  return spec.idempotency_key.empty() ? none(by_key_) : named(by_key_, key_name(spec));
}

AdoptionIndex::Tasks AdoptionIndex::same_drawing(const TaskSpec& spec) const {
  return spec.cache_key ? named(by_drawing_, drawing_name(spec)) : none(by_drawing_);
}

// Work is never joined across keys or end users. An Idempotency-Key belongs to the key; that
// another end user's request is another request, its fingerprint tells.
Sha256 AdoptionIndex::work_name(const TaskSpec& spec) {
  std::string name(text_of(spec.fingerprint));
  return sha256(name.append(std::to_string(spec.index)).append(1, '\0').append(spec.caller.value));
}

Sha256 AdoptionIndex::key_name(const TaskSpec& spec) {
  std::string name = spec.idempotency_key + '\0' + std::to_string(spec.index) + '\0';
  return sha256(name.append(spec.key.value));
}

Sha256 AdoptionIndex::drawing_name(const TaskSpec& spec) {
  return sha256(std::string(text_of(*spec.cache_key)).append(spec.key.value));
}

AdoptionIndex::Tasks AdoptionIndex::named(const Index& index, const Sha256& name) {
  constexpr TaskId kLast{std::numeric_limits<std::uint64_t>::max()};
  return Tasks({index.lower_bound({name, TaskId{}}), index.upper_bound({name, kLast})});
}

AdoptionIndex::Tasks AdoptionIndex::none(const Index& index) {
  return Tasks({index.end(), index.end()});
}

}  // namespace gw
