// The port for picture bytes at rest.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/task.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gw {

struct BlobInfo {
  std::string name;
  std::uint64_t size = 0;
  WallTime written;
};

// How sure it must be: lazy survives a crash of ours; synced a loss of power, once write() has
// returned.
enum class BlobSync : std::uint8_t { lazy, synced };

// Names are made by us: lower-case letters, digits and one dot ("abc…xyz.png"); anything else is
// `internal`. I/O thread; the blocking work happens on the worker pool. A full or failing disk is
// storage_unavailable and harms nothing already stored.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // Complete or not at all: a crash leaves either the whole blob or none under that name.
  virtual Task<void> write(std::string name, SharedBytes bytes, BlobSync sync = BlobSync::lazy) = 0;
  // `length` bytes from `offset`, fewer at the end. not_found when there is no such blob.
  virtual Task<SharedBytes> read(std::string name, std::uint64_t offset, std::uint64_t length) = 0;
  virtual Task<void> remove(std::string name) = 0;  // absent is success
  virtual Task<std::vector<BlobInfo>> list() = 0;   // in no order
};

}  // namespace gw
