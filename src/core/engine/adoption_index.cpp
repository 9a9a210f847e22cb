#include "core/engine/adoption_index.hpp"

#include <algorithm>

namespace gw {

void AdoptionIndex::add(const TaskSpec& spec, TaskId task) {
  by_work_[work_name(spec)].insert(task);
  if (!spec.idempotency_key.empty()) by_key_[key_name(spec)].insert(task);
  if (spec.cache_key) by_drawing_[drawing_name(spec)].insert(task);
}

void AdoptionIndex::remove(const TaskSpec& spec, TaskId task) {
  forget(by_work_, work_name(spec), task);
  if (!spec.idempotency_key.empty()) forget(by_key_, key_name(spec), task);
  if (spec.cache_key) forget(by_drawing_, drawing_name(spec), task);
}

const std::set<TaskId>& AdoptionIndex::same_work(const TaskSpec& spec) const {
  return look_up(by_work_, work_name(spec));
}

const std::set<TaskId>& AdoptionIndex::same_key(const TaskSpec& spec) const {
  static const std::set<TaskId> kNone;
  return spec.idempotency_key.empty() ? kNone : look_up(by_key_, key_name(spec));
}

const std::set<TaskId>& AdoptionIndex::same_drawing(const TaskSpec& spec) const {
  static const std::set<TaskId> kNone;
  return spec.cache_key ? look_up(by_drawing_, drawing_name(spec)) : kNone;
}

// Work is never joined across keys or end users. An Idempotency-Key belongs to the key; that
// another end user's request is another request, its fingerprint tells.
std::string AdoptionIndex::work_name(const TaskSpec& spec) {
  return std::string(reinterpret_cast<const char*>(spec.fingerprint.data()),
                     spec.fingerprint.size()) +
         std::to_string(spec.index) + '\0' + spec.caller.value;
}

std::string AdoptionIndex::key_name(const TaskSpec& spec) {
  return spec.idempotency_key + '\0' + std::to_string(spec.index) + '\0' + spec.key.value;
}

std::string AdoptionIndex::drawing_name(const TaskSpec& spec) {
  return std::string(reinterpret_cast<const char*>(spec.cache_key->data()),
                     spec.cache_key->size()) +
         spec.key.value;
}

const std::set<TaskId>& AdoptionIndex::look_up(const Index& index, const std::string& name) {
  static const std::set<TaskId> kNone;
  const auto found = index.find(name);
  return found == index.end() ? kNone : found->second;
}

void AdoptionIndex::forget(Index& index, const std::string& name, TaskId task) {
  const auto found = index.find(name);
  if (found == index.end()) return;
  found->second.erase(task);
  if (found->second.empty()) index.erase(found);
}

}  // namespace gw
