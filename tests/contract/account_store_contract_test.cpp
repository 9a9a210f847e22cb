// What every AccountStore must do (core/ports/account_store.hpp), run over each implementation.
#include "storage/records/sqlite_accounts.hpp"
#include "tests/support/memory_account_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace gw::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// One store with what it stands on; its data outlive reopen().
class AccountStoreRig {
 public:
  virtual ~AccountStoreRig() = default;
  virtual AccountStore& store() = 0;
  virtual void reopen() = 0;  // as after a restart of the process
  virtual void fill_disk() = 0;
};

class InSqlite final : public AccountStoreRig {
 public:
  explicit InSqlite(asio::io_context& io) : io_(io), workers_(io.get_executor(), 2) { open(); }

  AccountStore& store() override { return *accounts_; }
  void reopen() override {
    accounts_.reset();
    records_.reset();
    open();
  }
  void fill_disk() override { (void)run(io_, records_->limit_pages(0)).value(); }

 private:
  void open() {
    records_ = SqliteStore::open(folder_.path() / "records.db", workers_).value();
    accounts_ = std::make_unique<SqliteAccounts>(*records_, Secret("sk-test-sealing"), log_);
  }

  asio::io_context& io_;
  TemporaryDirectory folder_;
  RecordingLog log_;
  WorkerPool workers_;
  std::unique_ptr<SqliteStore> records_;
  std::unique_ptr<SqliteAccounts> accounts_;
};

class InMemory final : public AccountStoreRig {
 public:
  AccountStore& store() override { return store_; }
  void reopen() override {}
  void fill_disk() override { store_.is_full = true; }

 private:
  MemoryAccountStore store_;
};

struct Maker {
  std::string name;
  std::function<std::unique_ptr<AccountStoreRig>(asio::io_context&)> make;
};

WallTime at(int seconds) {
  // With a fraction: what a store rounds does not come back equal.
  return WallTime(std::chrono::seconds(1'790'000'000 + seconds) + std::chrono::nanoseconds(17));
}

Allowance only_read(WallTime when) {
  Allowance allowance;
  allowance.read = when;
  return allowance;
}

class AccountStoreContract : public testing::TestWithParam<Maker> {
 protected:
  static AccountSettings account(const std::string& id, const std::string& label) {
    return {.id = {id},
            .provider = "dreamifly",
            .label = label,
            .credentials = {{"email", Secret("someone@example.com")},
                            {"password", Secret("sk-test \"quoted\" 密码")}},
            .weight = 7,
            .parallel = 3,
            .models = {"Qwen-Image", "Flux"},
            .enabled = false,
            .origin = AccountOrigin::admin};
  }
  static AccountMemory memory(const std::string& id) {
    return {.id = {id},
            .state = AccountState::resting,
            .reason = "its free pictures of today are used",
            .until = at(5),
            .allowance =
                Allowance{.points = -3, .drawn_today = 1LL << 40, .daily_limit = 0, .read = at(6)}};
  }
  AccountStore& store() { return rig->store(); }
  void put(AccountSettings settings) {
    ASSERT_TRUE(run(io, store().put_account(std::move(settings))));
  }
  void remember(AccountMemory what) { ASSERT_TRUE(run(io, store().put_memory(std::move(what)))); }
  void keep(const std::string& name, const std::string& value) {
    ASSERT_TRUE(run(io, store().put_secret(name, Secret(value))));
  }
  std::vector<AccountSettings> accounts() { return run(io, store().accounts()).value(); }
  std::vector<AccountMemory> memories() { return run(io, store().memories()).value(); }
  std::optional<std::string> secret(const std::string& name) {
    const auto found = run(io, store().secret(name)).value();
    return found ? std::optional(found->reveal()) : std::nullopt;
  }
  std::vector<std::string> labels() {
    std::vector<std::string> labels;
    for (const auto& one : accounts()) labels.push_back(one.label);
    return labels;
  }

  asio::io_context io{1};
  std::unique_ptr<AccountStoreRig> rig = GetParam().make(io);
};

INSTANTIATE_TEST_SUITE_P(
    Stores, AccountStoreContract,
    testing::Values(
        Maker{"InSqlite", [](asio::io_context& io) { return std::make_unique<InSqlite>(io); }},
        Maker{"InMemory", [](asio::io_context&) { return std::make_unique<InMemory>(); }}),
    [](const auto& info) { return info.param.name; });

void expect_same(const AccountSettings& actual, const AccountSettings& expected) {
  EXPECT_EQ(actual.id, expected.id);
  EXPECT_EQ(actual.provider, expected.provider);
  EXPECT_EQ(actual.label, expected.label);
  ASSERT_EQ(actual.credentials.size(), expected.credentials.size());
  for (const auto& [name, value] : expected.credentials) {
    ASSERT_TRUE(actual.credentials.contains(name)) << name;
    EXPECT_EQ(actual.credentials.at(name).reveal(), value.reveal()) << name;
  }
  EXPECT_EQ(actual.weight, expected.weight);
  EXPECT_EQ(actual.parallel, expected.parallel);
  EXPECT_EQ(actual.models, expected.models);
  EXPECT_EQ(actual.enabled, expected.enabled);
  EXPECT_EQ(actual.origin, expected.origin);
}

void expect_same(const AccountMemory& actual, const AccountMemory& expected) {
  EXPECT_EQ(actual.id, expected.id);
  EXPECT_EQ(actual.state, expected.state);
  EXPECT_EQ(actual.reason, expected.reason);
  EXPECT_EQ(actual.until, expected.until);
  ASSERT_EQ(actual.allowance.has_value(), expected.allowance.has_value());
  if (!actual.allowance) return;
  EXPECT_EQ(actual.allowance->points, expected.allowance->points);
  EXPECT_EQ(actual.allowance->drawn_today, expected.allowance->drawn_today);
  EXPECT_EQ(actual.allowance->daily_limit, expected.allowance->daily_limit);
  EXPECT_EQ(actual.allowance->read, expected.allowance->read);
}

TEST_P(AccountStoreContract, StartsEmpty) {
  EXPECT_THAT(accounts(), IsEmpty());
  EXPECT_THAT(memories(), IsEmpty());
  EXPECT_FALSE(secret("zone/upstream.example.com"));
}

TEST_P(AccountStoreContract, GivesAnAccountBackWithItsCredentials) {
  put(account("acc_a", "first"));
  rig->reopen();
  ASSERT_EQ(accounts().size(), 1u);
  expect_same(accounts().front(), account("acc_a", "first"));
}

TEST_P(AccountStoreContract, GivesWhatIsNotSetBackAsNotSet) {
  put({.id = {"acc_a"}, .provider = "p", .label = "l", .credentials = {}, .models = {}});
  remember({.id = {"acc_a"}, .reason = "", .until = {}, .allowance = {}});
  remember({.id = {"acc_b"}, .reason = "", .until = {}, .allowance = only_read(at(1))});
  rig->reopen();
  expect_same(accounts().at(0), {.id = {"acc_a"},
                                 .provider = "p",
                                 .label = "l",
                                 .credentials = {},
                                 .models = {},
                                 .origin = AccountOrigin::admin});
  expect_same(memories().at(0), {.id = {"acc_a"}, .reason = "", .until = {}, .allowance = {}});
  expect_same(memories().at(1),
              {.id = {"acc_b"}, .reason = "", .until = {}, .allowance = only_read(at(1))});
}

TEST_P(AccountStoreContract, AccountsComeByLabel) {
  put(account("acc_a", "second"));
  put(account("acc_b", "third"));
  put(account("acc_c", "first"));
  EXPECT_THAT(labels(), ElementsAre("first", "second", "third"));
}

TEST_P(AccountStoreContract, AnAccountIsReplacedByTheOneOfItsId) {
  put(account("acc_a", "before"));
  auto changed = account("acc_a", "after");
  changed.credentials = {{"session_cookie", Secret("sk-test-cookie")}};
  changed.enabled = true;
  put(changed);
  ASSERT_EQ(accounts().size(), 1u);
  expect_same(accounts().front(), changed);
}

TEST_P(AccountStoreContract, AMemoryIsReplacedAndNeedsNoAccount) {
  remember({.id = {"acc_a"},
            .state = AccountState::cooling,
            .reason = "",
            .until = at(1),
            .allowance = {}});
  remember(memory("acc_a"));
  rig->reopen();
  ASSERT_EQ(memories().size(), 1u);
  expect_same(memories().front(), memory("acc_a"));
  EXPECT_THAT(accounts(), IsEmpty());
}

TEST_P(AccountStoreContract, ASecretIsReplacedAndForgotten) {
  keep("zone/upstream.example.com", "before");
  keep("zone/upstream.example.com", std::string("after\0\xff", 7));
  keep("zone/other.example.com", "");
  rig->reopen();
  EXPECT_EQ(secret("zone/upstream.example.com"), std::string("after\0\xff", 7));
  EXPECT_EQ(secret("zone/other.example.com"), "") << "empty is not the same as absent";
  ASSERT_TRUE(run(io, store().forget_secret("zone/upstream.example.com")));
  EXPECT_FALSE(secret("zone/upstream.example.com"));
  EXPECT_TRUE(run(io, store().forget_secret("never/there")));
}

TEST_P(AccountStoreContract, ARemovedAccountTakesItsOwnWithItAndNothingElse) {
  for (const auto* id : {"acc_a", "acc_ab", "acc_b"}) {
    put(account(id, id));
    remember(memory(id));
    keep("account/" + std::string(id) + "/session", id);
  }
  keep("zone/account/acc_a/session", "a zone");
  ASSERT_TRUE(run(io, store().remove_account({"acc_a"})));
  rig->reopen();
  EXPECT_THAT(labels(), ElementsAre("acc_ab", "acc_b"));
  EXPECT_EQ(memories().size(), 2u);
  EXPECT_FALSE(secret("account/acc_a/session"));
  EXPECT_EQ(secret("account/acc_ab/session"), "acc_ab");
  EXPECT_EQ(secret("zone/account/acc_a/session"), "a zone");
  EXPECT_TRUE(run(io, store().remove_account({"never-there"})));
}

TEST_P(AccountStoreContract, AFullDiskIsSaidAndHarmsNothing) {
  put(account("acc_a", "first"));
  keep("zone/upstream.example.com", "before");
  rig->fill_disk();
  const std::string much(1'000'000, 'x');
  auto large = account("acc_a", "changed");
  large.credentials["password"] = Secret(much);
  const auto put_outcome = run(io, store().put_account(large));
  ASSERT_FALSE(put_outcome);
  EXPECT_EQ(put_outcome.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_FALSE(run(io, store().put_secret("zone/upstream.example.com", Secret(much))));
  expect_same(accounts().at(0), account("acc_a", "first"));
  EXPECT_EQ(secret("zone/upstream.example.com"), "before");
}

}  // namespace
}  // namespace gw::test
