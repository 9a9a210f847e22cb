#include "core/engine/task.hpp"

namespace gw {

std::size_t waiting_bytes(const TaskSpec& spec) {
  return spec.order.prompt.size() + spec.order.negative_prompt.size() + spec.caller.value.size() +
         spec.idempotency_key.size();
}

}  // namespace gw
