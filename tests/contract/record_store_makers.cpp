// The record stores there are.
#include "storage/records/sqlite_store.hpp"
#include "tests/contract/record_store_fixture.hpp"
#include "tests/support/temporary_directory.hpp"

namespace gw::test {
namespace {

class InSqlite final : public RecordStoreRig {
 public:
  explicit InSqlite(asio::io_context& io) : io_(io), workers_(io.get_executor(), 2) { open(); }

  RecordStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    open();
  }
  void fill_disk() override { (void)run(io_, store_->limit_pages(0)).value(); }
  void free_disk() override { (void)run(io_, store_->limit_pages(1'000'000)).value(); }

 private:
  void open() { store_ = SqliteStore::open(folder_.path() / "records.db", workers_).value(); }

  asio::io_context& io_;
  TemporaryDirectory folder_;
  WorkerPool workers_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace

std::vector<RecordStoreMaker> record_store_makers() {
  return {{"InSqlite", [](asio::io_context& io) { return std::make_unique<InSqlite>(io); }}};
}

}  // namespace gw::test
