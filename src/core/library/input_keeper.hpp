// Pictures that jobs work from: files with names, so that a restart finds them.
#pragma once

#include "base/random.hpp"
#include "base/task.hpp"
#include "core/library/upload.hpp"
#include "core/ports/blob_store.hpp"
#include "core/ports/record_store.hpp"

#include <set>
#include <string>
#include <vector>

namespace gw {

// Owned by the composition root; I/O thread; outlives its references.
class InputKeeper final {
 public:
  InputKeeper(BlobStore& blobs, Random& random, const Clock& clock)
      : blobs_(blobs), random_(random), clock_(clock) {}

  // The same picture, on disk for as long as the journal needs it. storage_unavailable.
  Task<Reference> keep(Reference uploaded);
  // One that was kept by an earlier process.
  Reference kept(const InputRow& row) const;

  // Removes what no request needs. What was kept within the last hour may not be in the journal
  // yet, and stays.
  Task<void> sweep(std::set<std::string> needed);

 private:
  BlobStore& blobs_;
  Random& random_;
  const Clock& clock_;
};

}  // namespace gw
