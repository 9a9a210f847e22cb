#include "core/engine/task.hpp"

namespace gw {

std::size_t waiting_bytes(const TaskSpec& spec) {
  std::size_t bytes = spec.order.prompt.size() + spec.order.negative_prompt.size() +
                      spec.caller.value.size() + spec.idempotency_key.size();
  for (const auto& reference : spec.order.references) bytes += reference->size();
  return bytes;
}

}  // namespace gw
