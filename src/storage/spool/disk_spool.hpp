// The spool on the local disk: files without a name, so that not even a crash leaves one behind.
#pragma once

#include "base/worker_pool.hpp"
#include "core/ports/spool.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace gw {

struct SpoolLimits {
  std::uint64_t bytes = 0;  // of all files together
  std::size_t files = 0;    // each holds a descriptor
};

// Owned by the composition root. Over either limit: queue_full.
class DiskSpool final : public Spool {
 public:
  // storage_unavailable when the folder cannot be made or written. Leftovers are removed: only a
  // file system without O_TMPFILE can have some.
  static Result<std::unique_ptr<DiskSpool>> open(std::filesystem::path folder, WorkerPool& workers,
                                                 SpoolLimits limits);

  Task<std::shared_ptr<SpoolFile>> create() override;
  std::uint64_t used() const override { return room_->used; }
  std::uint64_t received() const { return room_->received; }  // bytes of all files there ever were

  // What the files share with the spool; they may outlive it while the process ends.
  struct Room {
    SpoolLimits limits;
    std::size_t files = 0;
    std::uint64_t used = 0;
    std::uint64_t received = 0;
  };

 private:
  DiskSpool(std::filesystem::path folder, WorkerPool& workers, SpoolLimits limits);

  const std::filesystem::path folder_;
  WorkerPool& workers_;
  const std::shared_ptr<Room> room_;
};

}  // namespace gw
