// A blob store without a disk, whose failures a test switches on and off.
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "core/ports/blob_store.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::test {

// Keeps the port's contract (tests/contract/blob_store_contract_test.cpp). I/O thread.
class MemoryBlobStore final : public BlobStore {
 public:
  struct Faults {
    bool write = false;
    bool read = false;
    bool remove = false;
    bool list = false;
  };

  explicit MemoryBlobStore(const Clock& clock) : clock_(clock) {}

  Task<void> write(std::string name, SharedBytes bytes, BlobSync = BlobSync::lazy) override {
    GW_CO_CHECK(check_name(name));
    ++writes_;
    if (const auto gate = gate_) co_await gate->wait();
    GW_CO_CHECK(check_working(faults.write));
    blobs_.insert_or_assign(std::move(name), Blob{*bytes, clock_.wall()});
    co_return Done{};
  }

  Task<SharedBytes> read(std::string name, std::uint64_t offset, std::uint64_t length) override {
    GW_CO_CHECK(check_name(name));
    GW_CO_CHECK(check_working(faults.read));
    const auto found = blobs_.find(name);
    if (found == blobs_.end()) co_return fail(Error::not_found("there is no such blob"));
    const auto& bytes = found->second.bytes;
    const auto from = std::min<std::uint64_t>(offset, bytes.size());
    co_return share(bytes.substr(from, length));
  }

  Task<void> remove(std::string name) override {
    GW_CO_CHECK(check_name(name));
    GW_CO_CHECK(check_working(faults.remove));
    blobs_.erase(name);
    co_return Done{};
  }

  Task<std::vector<BlobInfo>> list() override {
    GW_CO_CHECK(check_working(faults.list));
    std::vector<BlobInfo> found;
    for (const auto& [name, blob] : blobs_)
      found.push_back({name, blob.bytes.size(), blob.written});
    co_return found;
  }

  // Calls of that kind fail with storage_unavailable while it is set.
  Faults faults;

  // Until released, a write waits before it is done or fails.
  void hold_writes(Executor io) { gate_ = std::make_shared<Event>(io); }
  void release_writes() {
    if (const auto gate = std::exchange(gate_, nullptr)) gate->set();
  }

  std::size_t writes() const { return writes_; }
  std::size_t count() const { return blobs_.size(); }
  bool has(const std::string& name) const { return blobs_.contains(name); }
  std::optional<std::string> bytes_of(const std::string& name) const {
    const auto found = blobs_.find(name);
    if (found == blobs_.end()) return std::nullopt;
    return found->second.bytes;
  }

 private:
  struct Blob {
    std::string bytes;
    WallTime written;
  };

  static Result<void> check_name(std::string_view name) {
    const auto dot = name.find('.');
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const bool good = name.size() <= 100 && dot != std::string_view::npos && dot >= 5 &&
                      dot + 1 < name.size() && std::ranges::all_of(name.substr(0, dot), plain) &&
                      std::ranges::all_of(name.substr(dot + 1), plain);
    if (good) return {};
    return fail(Error::internal("not a blob name"));
  }

  static Result<void> check_working(bool fault) {
    if (!fault) return {};
    return fail(Error(ErrorKind::storage_unavailable, "the storage does not take data")
                    .with_detail("switched off by the test"));
  }

  const Clock& clock_;
  std::map<std::string, Blob> blobs_;
  std::shared_ptr<Event> gate_;
  std::size_t writes_ = 0;
};

}  // namespace gw::test
