#include "core/library/input_keeper.hpp"

#include <chrono>
#include <utility>

namespace gw {
namespace {

constexpr std::size_t kNameLength = 26;
constexpr std::chrono::hours kMayBeOnItsWay{1};

class KeptUpload final : public Upload {
 public:
  KeptUpload(BlobStore& blobs, std::string name, std::uint64_t size)
      : blobs_(blobs), name_(std::move(name)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  Task<SharedBytes> read() const override { co_return co_await blobs_.read(name_, 0, size_); }
  std::string kept_as() const override { return name_; }

 private:
  BlobStore& blobs_;
  std::string name_;
  std::uint64_t size_;
};

}  // namespace

Task<Reference> InputKeeper::keep(Reference uploaded) {
  const auto name = random_.token(kNameLength) + ".in";
  GW_CO_TRY(auto bytes, co_await uploaded.upload->read());
  GW_CO_CHECK(co_await blobs_.write(name, std::move(bytes), BlobSync::synced));
  uploaded.upload = std::make_shared<KeptUpload>(blobs_, name, uploaded.upload->size());
  co_return uploaded;
}

Reference InputKeeper::kept(const InputRow& row) const {
  return {.upload = std::make_shared<KeptUpload>(blobs_, row.blob, row.bytes),
          .format = row.format,
          .size = row.size,
          .digest = row.digest};
}

Task<void> InputKeeper::sweep(std::set<std::string> needed) {
  GW_CO_TRY(const auto blobs, co_await blobs_.list());
  for (const auto& blob : blobs) {
    if (needed.contains(blob.name) || blob.written + kMayBeOnItsWay > clock_.wall()) continue;
    GW_CO_CHECK(co_await blobs_.remove(blob.name));
  }
  co_return Done();
}

}  // namespace gw
