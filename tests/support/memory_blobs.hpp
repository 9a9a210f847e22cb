// A blob store without a disk.
#pragma once

#include "core/ports/blob_store.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

class MemoryBlobs final : public BlobStore {
 public:
  Task<void> write(std::string name, SharedBytes bytes, BlobSync = BlobSync::lazy) override {
    blobs[std::move(name)] = *bytes;
    co_return Done{};
  }
  Task<SharedBytes> read(std::string name, std::uint64_t offset, std::uint64_t length) override {
    const auto found = blobs.find(name);
    if (found == blobs.end()) co_return fail(Error::not_found("there is no such blob"));
    co_return share(found->second.substr(offset, length));
  }
  Task<void> remove(std::string name) override {
    blobs.erase(name);
    co_return Done{};
  }
  Task<std::vector<BlobInfo>> list() override {
    std::vector<BlobInfo> found;
    for (const auto& [name, bytes] : blobs) found.push_back({name, bytes.size(), {}});
    co_return found;
  }

  std::map<std::string, std::string> blobs;
};

}  // namespace gw::test
