// Pictures as files: <root>/ab/<name>, fanned out by the first two characters.
#pragma once

#include "base/worker_pool.hpp"
#include "core/ports/blob_store.hpp"

#include <filesystem>
#include <memory>

namespace gw {

// A blob is written to <root>/tmp and renamed, so that a crash of the process leaves it whole or
// absent. It is not fsynced: a power loss may cost the last seconds' files (list() removes the
// empty ones), which is the price of an answer that does not wait for the disk.
class FilesystemStore final : public BlobStore {
 public:
  // storage_unavailable, naming the folder in its detail, when it cannot be made.
  static Result<std::unique_ptr<FilesystemStore>> open(std::filesystem::path root,
                                                       WorkerPool& workers);

  Task<void> write(std::string name, SharedBytes bytes, BlobSync sync = BlobSync::lazy) override;
  Task<SharedBytes> read(std::string name, std::uint64_t offset, std::uint64_t length) override;
  Task<void> remove(std::string name) override;
  Task<std::vector<BlobInfo>> list() override;

 private:
  FilesystemStore(std::filesystem::path root, WorkerPool& workers)
      : root_(std::move(root)), workers_(workers) {}

  std::filesystem::path root_;
  WorkerPool& workers_;
};

}  // namespace gw
