#include "storage/records/sqlite_routes.hpp"

#include "base/worker_pool.hpp"
#include "storage/records/raw_database.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace gw {
namespace {

using test::run;
using testing::IsEmpty;

class SqliteRoutesTest : public testing::Test {
 protected:
  SqliteRoutesTest() { open(); }
  void open() {
    store.reset();
    records.reset();
    records = SqliteStore::open(file, workers).value();
    store = std::make_unique<SqliteRoutes>(*records);
  }

  TemporaryDirectory folder;
  std::filesystem::path file = folder.path() / "records.db";
  asio::io_context io{1};
  WorkerPool workers{io.get_executor(), 2};
  std::unique_ptr<SqliteStore> records;
  std::unique_ptr<SqliteRoutes> store;
};

TEST_F(SqliteRoutesTest, AreThereAsTheyWerePutAndInTheirOrder) {
  EXPECT_THAT(run(io, store->routes()).value(), IsEmpty());
  const RouteTable two{
      {"a/b", {RouteStrategy::fastest, {{"site/z", 1, 3}, {"site/a", 2, 1}, {"site/m"}}}},
      {"绘画", {RouteStrategy::weighted, {{"cloud/large", 7, 1000}}}}};
  ASSERT_TRUE(run(io, store->put_routes(two)));
  EXPECT_EQ(run(io, store->routes()).value(), two);
  open();
  EXPECT_EQ(run(io, store->routes()).value(), two);
}

TEST_F(SqliteRoutesTest, NewOnesReplaceAllThatWereThere) {
  ASSERT_TRUE(run(io, store->put_routes({{"a", {{}, {{"site/x"}, {"site/y"}}}}})));
  const RouteTable next{{"a", {{}, {{"site/y"}}}}, {"b", {{}, {{"site/x"}}}}};
  ASSERT_TRUE(run(io, store->put_routes(next)));
  EXPECT_EQ(run(io, store->routes()).value(), next);
  ASSERT_TRUE(run(io, store->put_routes({})));
  EXPECT_THAT(run(io, store->routes()).value(), IsEmpty());
}

TEST_F(SqliteRoutesTest, AStrategyOfNobodyIsTheUsualOne) {
  ASSERT_TRUE(run(io, store->put_routes({{"a", {RouteStrategy::fastest, {{"site/x"}}}}})));
  store.reset();
  records.reset();
  {
    records::RawDatabase database(file.string(), SQLITE_OPEN_READWRITE);
    ASSERT_TRUE(database.ask("UPDATE model_routes SET strategy = 'best' RETURNING 1"));
  }
  open();
  EXPECT_EQ(run(io, store->routes()).value().at("a").strategy, RouteStrategy::priority);
}

}  // namespace
}  // namespace gw
