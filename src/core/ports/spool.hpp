// The port for bytes that wait on disk and must not survive whoever needs them.
#pragma once

#include "base/task.hpp"
#include "core/library/upload.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace gw {

// One file without a name, gone when its last holder lets go, and when the process dies. I/O
// thread; the blocking work happens on the worker pool. One append at a time.
class SpoolFile : public Upload {
 public:
  // storage_unavailable when the disk does not take it, queue_full when the spool is full.
  virtual Task<void> append(std::string bytes) = 0;
};

// Owned by the composition root, which outlives every file.
class Spool {
 public:
  virtual ~Spool() = default;
  virtual Task<std::shared_ptr<SpoolFile>> create() = 0;
  virtual std::uint64_t used() const = 0;  // bytes of all files together
};

}  // namespace gw
