// The spool on the local disk: files without a name, so that not even a crash leaves one behind.
#pragma once

#include "base/worker_pool.hpp"
#include "core/ports/spool.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace gw {

// Owned by the composition root. Each file holds one descriptor and counts against `max_bytes`.
class DiskSpool final : public Spool {
 public:
  // storage_unavailable when the folder cannot be made or written. Leftovers are removed: only a
  // file system without O_TMPFILE can have some.
  static Result<std::unique_ptr<DiskSpool>> open(std::filesystem::path folder, WorkerPool& workers,
                                                 std::uint64_t max_bytes);

  Task<std::shared_ptr<SpoolFile>> create() override;
  std::uint64_t used() const override { return room_->used; }
  std::uint64_t received() const { return room_->received; }  // bytes of all files there ever were

  // What the files share with the spool; they may outlive it while the process ends.
  struct Room {
    std::uint64_t limit = 0;
    std::uint64_t used = 0;
    std::uint64_t received = 0;
  };

 private:
  DiskSpool(std::filesystem::path folder, WorkerPool& workers, std::uint64_t max_bytes);

  const std::filesystem::path folder_;
  WorkerPool& workers_;
  const std::shared_ptr<Room> room_;
};

}  // namespace gw
