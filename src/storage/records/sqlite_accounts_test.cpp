// What is SQLite's own, and the sealing; what every store must do is in
// tests/contract/account_store_contract_test.cpp.
#include "storage/records/sqlite_accounts.hpp"

#include "storage/records/raw_database.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace gw {
namespace {

using test::run;
using testing::HasSubstr;
using testing::Not;

class SqliteAccountsTest : public testing::Test {
 protected:
  SqliteAccounts with_key(const std::string& key) { return {*records, Secret(key), log}; }
  void fill(SqliteAccounts& store) {
    const AccountSettings account{.id = {"acc_a"},
                                  .provider = "dreamifly",
                                  .label = "first",
                                  .credentials = {{"password", Secret("sk-test-password")}},
                                  .models = {}};
    ASSERT_TRUE(run(io, store.put_account(account)));
    ASSERT_TRUE(run(io, store.put_secret("zone/a", Secret("sk-test-zone"))));
  }
  std::string everything() const {
    std::ostringstream text;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    return text.str();
  }
  void execute(const char* sql) {
    records::RawDatabase database(file.string(), SQLITE_OPEN_READWRITE);
    ASSERT_TRUE(database.ask(sql));
  }

  TemporaryDirectory folder;
  std::filesystem::path file = folder.path() / "records.db";
  asio::io_context io{1};
  test::RecordingLog log;
  WorkerPool workers{io.get_executor(), 2};
  std::unique_ptr<SqliteStore> records = SqliteStore::open(file, workers).value();
};

TEST_F(SqliteAccountsTest, NothingSecretIsOnTheDisk) {
  auto store = with_key("sk-test-key");
  fill(store);
  EXPECT_THAT(everything(), HasSubstr("dreamifly")) << "it is there that we look";
  EXPECT_THAT(everything(), Not(HasSubstr("sk-test-")));
}

TEST_F(SqliteAccountsTest, WithAnotherKeySecretsAreAbsentAndThatIsSaidOnce) {
  auto store = with_key("sk-test-key");
  fill(store);
  auto replaced = with_key("sk-test-replaced");
  const auto accounts = run(io, replaced.accounts()).value();
  ASSERT_EQ(accounts.size(), 1u) << "its operator can still see it, and give its credentials anew";
  EXPECT_EQ(accounts[0].label, "first");
  EXPECT_TRUE(accounts[0].credentials.empty());
  EXPECT_FALSE(run(io, replaced.secret("zone/a")).value());
  EXPECT_EQ(log.count("secret_not_readable"), 1u);
}

TEST_F(SqliteAccountsTest, WhatWasSealedForOnePlaceOpensInNoOther) {
  auto store = with_key("sk-test-key");
  fill(store);
  execute("UPDATE secrets SET name = 'account/acc_b/session'");
  execute("UPDATE accounts SET id = 'acc_b'");
  EXPECT_FALSE(run(io, store.secret("account/acc_b/session")).value());
  EXPECT_TRUE(run(io, store.accounts()).value().at(0).credentials.empty());
}

TEST_F(SqliteAccountsTest, WhatWasTamperedWithIsAbsent) {
  auto store = with_key("sk-test-key");
  fill(store);
  for (const auto* sql : {"UPDATE secrets SET sealed = 'no base64!'",
                          "UPDATE secrets SET sealed = ''", "UPDATE secrets SET sealed = 'AQID'"}) {
    execute(sql);
    EXPECT_FALSE(run(io, store.secret("zone/a")).value()) << sql;
  }
}

}  // namespace
}  // namespace gw
