#include "storage/blobs/filesystem_store.hpp"

#include "storage/blobs/file_io.hpp"

namespace gw {
namespace {

Result<void> check_name(const std::string& name) {
  if (is_blob_name(name)) return {};
  return fail(Error::internal("not a blob name: '" + name + "'"));
}

}  // namespace

Result<std::unique_ptr<FilesystemStore>> FilesystemStore::open(std::filesystem::path root,
                                                               WorkerPool& workers) {
  // Of writes that a crash cut off; nothing writes yet.
  std::error_code nothing_there;
  std::filesystem::remove_all(root / "tmp", nothing_there);
  GW_CHECK(make_folders(root));
  return std::unique_ptr<FilesystemStore>(new FilesystemStore(std::move(root), workers));
}

Task<void> FilesystemStore::write(std::string name, SharedBytes bytes, BlobSync sync) {
  GW_CO_CHECK(check_name(name));
  auto work = [root = root_, name = std::move(name), bytes = std::move(bytes), sync] {
    return write_file(root, name, *bytes, sync);
  };
  co_return co_await workers_.run(std::move(work));
}

Task<SharedBytes> FilesystemStore::read(std::string name, std::uint64_t offset,
                                        std::uint64_t length) {
  GW_CO_CHECK(check_name(name));
  auto work = [path = fan_out(root_, name), offset, length] {
    return read_file(path, offset, length);
  };
  co_return co_await workers_.run(std::move(work));
}

Task<void> FilesystemStore::remove(std::string name) {
  GW_CO_CHECK(check_name(name));
  auto work = [path = fan_out(root_, name)] { return remove_file(path); };
  co_return co_await workers_.run(std::move(work));
}

Task<std::vector<BlobInfo>> FilesystemStore::list() {
  auto work = [root = root_] { return list_files(root); };
  co_return co_await workers_.run(std::move(work));
}

}  // namespace gw
