#include "core/library/input_keeper.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace gw {
namespace {

constexpr std::size_t kNameLength = 26;
constexpr std::chrono::seconds kTryAgain{30};

struct File {
  std::uint64_t size = 0;
  WallTime written;
};

Error full() {
  return Error(ErrorKind::queue_full,
               "the pictures of jobs that wait take all the room there is for them")
      .with_retry_after(kTryAgain);
}

Error gone() {
  return Error::not_found(
      "a picture that this job works from is no longer stored; ask for it as a new job");
}

}  // namespace

struct InputKeeper::Files {
  std::map<std::string, File>
      known;                // on disk, on the way there, or left by a copy that was cut off
  std::uint64_t bytes = 0;  // of all of them
  std::unordered_map<std::string, std::size_t> held;  // by how many

  void add(const std::string& name, File file) {
    forget(name);
    bytes += file.size;
    known.emplace(name, file);
  }
  void forget(const std::string& name) {
    const auto found = known.find(name);
    if (found == known.end()) return;
    bytes -= found->second.size;
    known.erase(found);
  }
};

class InputKeeper::KeptUpload final : public Upload {
 public:
  KeptUpload(BlobStore& blobs, std::shared_ptr<Files> files, std::string name, std::uint64_t size)
      : blobs_(blobs), files_(std::move(files)), name_(std::move(name)), size_(size) {
    ++files_->held[name_];
  }
  ~KeptUpload() override {
    const auto held = files_->held.find(name_);
    if (--held->second == 0) files_->held.erase(held);
  }
  KeptUpload(const KeptUpload&) = delete;
  KeptUpload& operator=(const KeptUpload&) = delete;

  std::uint64_t size() const override { return size_; }
  Task<SharedBytes> read() const override {
    auto bytes = co_await blobs_.read(name_, 0, size_);
    if (!bytes && bytes.error().kind() == ErrorKind::not_found) co_return fail(gone());
    co_return bytes;
  }
  std::string kept_as() const override { return name_; }

 private:
  BlobStore& blobs_;
  const std::shared_ptr<Files> files_;
  const std::string name_;
  const std::uint64_t size_;
};

InputKeeper::InputKeeper(BlobStore& blobs, Random& random, const Clock& clock, Executor io,
                         std::uint64_t max_bytes)
    : blobs_(blobs),
      random_(random),
      clock_(clock),
      max_bytes_(max_bytes),
      files_(std::make_shared<Files>()),
      copies_(io, kAtOnce) {}

Task<void> InputKeeper::open() {
  GW_CO_TRY(const auto blobs, co_await blobs_.list());
  for (const auto& blob : blobs) files_->add(blob.name, {blob.size, blob.written});
  co_return Done();
}

std::uint64_t InputKeeper::used() const {
  return files_->bytes;
}

// Its room is taken before anything is written, and held however the copying ends.
Task<Reference> InputKeeper::keep(Reference uploaded, ByteBudget& pictures) {
  const auto pass = co_await copies_.enter();
  const auto size = uploaded.upload->size();
  GW_CO_CHECK(co_await make_room(size));
  const auto name = random_.token(kNameLength) + ".in";
  auto kept = std::make_shared<const KeptUpload>(blobs_, files_, name, size);
  files_->add(name, {size, clock_.wall()});
  GW_CO_TRY(auto bytes, co_await uploaded.upload->read());
  bytes = pictures.charge(std::move(bytes));
  const auto written = co_await blobs_.write(name, std::move(bytes), BlobSync::synced);
  if (!written) {
    files_->forget(name);
    co_return fail(written.error());
  }
  uploaded.upload = std::move(kept);
  co_return uploaded;
}

Reference InputKeeper::kept(const InputRow& row) const {
  return {.upload = std::make_shared<KeptUpload>(blobs_, files_, row.blob, row.bytes),
          .format = row.format,
          .size = row.size,
          .digest = row.digest};
}

std::set<std::string> InputKeeper::idle() const {
  std::set<std::string> names;
  for (const auto& [name, file] : files_->known) {
    if (!files_->held.contains(name)) names.insert(name);
  }
  return names;
}

Task<void> InputKeeper::make_room(std::uint64_t bytes) {
  if (bytes > max_bytes_) co_return fail(full());
  while (files_->bytes > max_bytes_ - bytes) {
    const auto names = idle();
    const auto age = [this](const std::string& name) { return files_->known.at(name).written; };
    const auto oldest = std::ranges::min_element(names, {}, age);
    if (oldest == names.end()) co_return fail(full());
    GW_CO_CHECK(co_await remove(*oldest));
  }
  co_return Done();
}

// What is idle before the records are asked stays so: only a retry holds it again, and what may be
// tried again is needed.
Task<void> InputKeeper::sweep(RecordStore& records) {
  auto names = idle();
  if (names.empty()) co_return Done();
  GW_CO_TRY(const auto needed, co_await records.inputs_needed());
  for (const auto& name : needed) names.erase(name);
  for (const auto& name : names) GW_CO_CHECK(co_await remove(name));
  co_return Done();
}

Task<void> InputKeeper::remove(std::string name) {
  GW_CO_CHECK(co_await blobs_.remove(name));
  files_->forget(name);
  co_return Done();
}

}  // namespace gw
