// Pictures that jobs work from: files with names, so that a restart finds them.
#pragma once

#include "base/gate.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "core/engine/byte_budget.hpp"
#include "core/library/upload.hpp"
#include "core/ports/blob_store.hpp"
#include "core/ports/record_store.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gw {

// Owned by the composition root; I/O thread; outlives its references. A file that a reference of
// this process stands for is held; the others wait for a retry of their job, or for nothing.
class InputKeeper final {
 public:
  // `max_bytes` of all files together.
  InputKeeper(BlobStore& blobs, Random& random, const Clock& clock, Executor io,
              std::uint64_t max_bytes);

  // Learns what is there. Before anything else.
  Task<void> open();

  // The same picture, on disk for as long as the journal needs it. While it is copied it counts as
  // a picture in memory. Where there is no room the oldest that nobody holds go; queue_full when
  // that is not enough. storage_unavailable.
  Task<Reference> keep(Reference uploaded, ByteBudget& pictures);
  // One that was kept by an earlier process, or for an earlier try. Reading it is not_found when it
  // had to go.
  Reference kept(const InputRow& row) const;

  // Removes what is held by nobody and needed by no request.
  Task<void> sweep(RecordStore& records);

  std::uint64_t used() const;  // bytes of all files

 private:
  struct Files;
  class KeptUpload;

  std::set<std::string> idle() const;
  Task<void> make_room(std::uint64_t bytes);
  Task<void> remove(std::string name);

  // Copies at a time, each with a whole picture in memory.
  static constexpr std::size_t kAtOnce = 2;

  BlobStore& blobs_;
  Random& random_;
  const Clock& clock_;
  const std::uint64_t max_bytes_;
  std::shared_ptr<Files> files_;  // shared with the references
  Gate copies_;
};

}  // namespace gw
