// Bytes that are carried once: a shared immutable buffer from the upstream's answer to response and
// store.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace gw {

// Immutable after construction, so any thread may read it.
using SharedBytes = std::shared_ptr<const std::string>;

inline SharedBytes share(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace gw
