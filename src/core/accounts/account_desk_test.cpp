#include "core/accounts/account_desk.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/fake_accounts.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_account_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include <memory>

namespace gw {
namespace {

using namespace std::chrono_literals;

AccountSettings account(std::string email, std::string id = {}) {
  AccountSettings settings;
  settings.id = AccountId{std::move(id)};
  settings.provider = "gallery";
  settings.label = "of " + email;
  settings.credentials.emplace("email", Secret(std::move(email)));
  settings.credentials.emplace("password", Secret("a password"));
  return settings;
}

class AccountDeskTest : public testing::Test {
 protected:
  AccountDeskTest() {
    auto written = account("ann@example.com", "acc_ann");
    written.origin = AccountOrigin::config;
    gallery.configured.push_back(written);
    auto kept = account("bob@example.com", "acc_bob");
    kept.origin = AccountOrigin::admin;
    store.kept.emplace(kept.id, kept);
  }

  AccountDesk& open() {
    desk = std::make_unique<AccountDesk>(AccountDesk::Parts{store, book, {&gallery}},
                                         io.get_executor(), clock, random, log);
    EXPECT_TRUE(run(desk->open()));
    return *desk;
  }
  template <class T>
  T run(Async<T> work) {
    return test::run(io, std::move(work));
  }
  ErrorKind refused(Result<AccountEntry> entry) {
    return entry ? ErrorKind::internal : entry.error().kind();
  }

  asio::io_context io;
  test::ManualClock clock{WallTime(1'700'000'000s)};
  test::CountingRandom random;
  test::RecordingLog log;
  test::MemoryAccountStore store;
  test::FakeAccountBook book;
  test::AccountProvider gallery;
  std::unique_ptr<AccountDesk> desk;
  const AccountId ann{"acc_ann"};
  const AccountId bob{"acc_bob"};
};

TEST_F(AccountDeskTest, SetsWhatIsWrittenAndWhatWasStored) {
  auto& desk = open();
  EXPECT_TRUE(gallery.taken.contains(ann));
  EXPECT_TRUE(gallery.taken.contains(bob));
  ASSERT_EQ(desk.list().size(), 2u);
  EXPECT_EQ(desk.list()[0].settings.origin, AccountOrigin::config);
  EXPECT_EQ(desk.list()[1].settings.origin, AccountOrigin::admin);
}

TEST_F(AccountDeskTest, RemembersHowEachWasDoing) {
  store.known[ann] = {.id = ann,
                      .state = AccountState::resting,
                      .reason = "used up",
                      .until = clock.wall() + 90s,
                      .allowance = std::nullopt};
  store.known[bob] = {.id = bob,
                      .state = AccountState::needs_sign_in,
                      .reason = "password refused",
                      .until = std::nullopt,
                      .allowance = std::nullopt};
  store.known[AccountId{"acc_gone"}] = {.id = AccountId{"acc_gone"},
                                        .state = AccountState::banned,
                                        .reason = {},
                                        .until = std::nullopt,
                                        .allowance = std::nullopt};
  open();
  EXPECT_EQ(book.restored.at(ann).state, AccountState::resting);
  EXPECT_EQ(book.restored.at(ann).rest, 90s);
  EXPECT_EQ(book.restored.at(bob).rest, 0s) << "the password may be right by now";
  EXPECT_EQ(book.restored.size(), 2u);
}

TEST_F(AccountDeskTest, AnAddedOneIsStoredKnownAndInThePool) {
  auto& desk = open();
  const auto added = run(desk.add(account("eve@example.com")));
  ASSERT_TRUE(added) << added.error().message();
  const auto& id = added->settings.id;
  EXPECT_TRUE(id.value.starts_with("acc_"));
  EXPECT_EQ(added->settings.origin, AccountOrigin::admin);
  EXPECT_EQ(added->view.state, AccountState::ready);
  EXPECT_TRUE(store.kept.contains(id));
  EXPECT_TRUE(gallery.taken.contains(id));
  EXPECT_TRUE(book.view(gallery.host(), id));
  EXPECT_EQ(desk.get(id)->settings.label, "of eve@example.com");
}

TEST_F(AccountDeskTest, WhatDoesNotFitIsNamedAndNothingIsKept) {
  auto& desk = open();
  auto stranger = account("eve@example.com");
  stranger.provider = "nobody";
  EXPECT_EQ(run(desk.add(stranger)).error().param(), "provider");
  AccountSettings nameless;
  nameless.provider = "gallery";
  EXPECT_EQ(run(desk.add(nameless)).error().param(), "credentials.email");
  EXPECT_EQ(refused(run(desk.add(account("ann@example.com")))), ErrorKind::conflict);
  EXPECT_EQ(desk.list().size(), 2u);
}

TEST_F(AccountDeskTest, WhatTheDiskDoesNotTakeIsNowhere) {
  auto& desk = open();
  store.is_full = true;
  EXPECT_EQ(refused(run(desk.add(account("eve@example.com")))), ErrorKind::storage_unavailable);
  EXPECT_EQ(desk.list().size(), 2u);
  EXPECT_EQ(gallery.taken.size(), 2u);
  AccountChange change{.label = "another"};
  change.credentials.emplace("email", Secret("new@example.com"));
  EXPECT_EQ(refused(run(desk.change(bob, change))), ErrorKind::storage_unavailable);
  EXPECT_EQ(desk.get(bob)->settings.label, "of bob@example.com");
  EXPECT_TRUE(gallery.taken.at(bob).credentials.at("email").equals("bob@example.com"));
  EXPECT_FALSE(run(desk.remove(bob)));
  EXPECT_TRUE(desk.get(bob));
}

TEST_F(AccountDeskTest, AChangeLeavesWhatItDoesNotName) {
  auto& desk = open();
  AccountChange change{.weight = 3, .enabled = false};
  change.credentials.emplace("session_cookie", Secret("a cookie"));
  change.credentials.emplace("password", std::nullopt);
  const auto changed = run(desk.change(bob, change));
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->settings.label, "of bob@example.com");
  EXPECT_EQ(changed->view.state, AccountState::off);
  const auto& kept = store.kept.at(bob);
  EXPECT_EQ(kept.weight, 3);
  EXPECT_FALSE(kept.enabled);
  EXPECT_TRUE(kept.credentials.contains("email"));
  EXPECT_TRUE(kept.credentials.contains("session_cookie"));
  EXPECT_FALSE(kept.credentials.contains("password"));
}

TEST_F(AccountDeskTest, TheConfigurationIsNotChangedHere) {
  auto& desk = open();
  EXPECT_EQ(refused(run(desk.change(ann, {.label = "x"}))), ErrorKind::conflict);
  EXPECT_EQ(run(desk.remove(ann)).error().kind(), ErrorKind::conflict);
  EXPECT_EQ(refused(run(desk.change(AccountId{"acc_x"}, {}))), ErrorKind::not_found);
}

TEST_F(AccountDeskTest, ARemovedOneIsGone) {
  auto& desk = open();
  EXPECT_TRUE(run(desk.remove(bob)));
  EXPECT_FALSE(desk.get(bob));
  EXPECT_FALSE(store.kept.contains(bob));
  EXPECT_FALSE(gallery.taken.contains(bob));
  EXPECT_FALSE(book.view(gallery.host(), bob));
}

TEST_F(AccountDeskTest, TheHostTakesWhatItsAccountsAreGood) {
  gallery.configured.clear();
  store.kept.clear();
  auto& desk = open();
  const auto added = run(desk.add(account("eve@example.com")));
  ASSERT_TRUE(added);
  EXPECT_EQ(book.limits.at(gallery.host()), 2u);
  ASSERT_TRUE(run(desk.remove(added->settings.id)));
  EXPECT_EQ(book.limits.at(gallery.host()), 1u);
}

TEST_F(AccountDeskTest, WhoLeavesDoesNotLeaveAChangeHalfDone) {
  auto& desk = open();
  asio::cancellation_signal leaves;
  asio::co_spawn(io.get_executor(), desk.remove(bob),
                 asio::bind_cancellation_slot(leaves.slot(), [](auto&&...) {}));
  leaves.emit(asio::cancellation_type::terminal);
  io.restart();
  io.run();
  EXPECT_FALSE(desk.get(bob));
  EXPECT_FALSE(store.kept.contains(bob));
}

TEST_F(AccountDeskTest, AFindingIsShownAndOutlivesTheProcess) {
  auto& desk = open();
  gallery.finding = {.state = AccountState::resting,
                     .reason = "the day's pictures are drawn",
                     .rest = 3600s,
                     .allowance = Allowance{.points = 7,
                                            .drawn_today = std::nullopt,
                                            .daily_limit = std::nullopt,
                                            .read = clock.wall()}};
  const auto checked = run(desk.check(ann));
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->entry.view.state, AccountState::resting);
  EXPECT_EQ(gallery.checked, std::vector{ann});
  EXPECT_EQ(store.known.at(ann).state, AccountState::resting);
  EXPECT_EQ(store.known.at(ann).allowance->points, 7);
  EXPECT_EQ(desk.clear(ann)->view.state, AccountState::ready);
  io.restart();
  io.run();
  EXPECT_EQ(store.known.at(ann).state, AccountState::ready);
}

TEST_F(AccountDeskTest, WhatIsBusyIsRememberedAsReady) {
  auto& desk = open();
  gallery.finding.state = AccountState::busy;
  EXPECT_TRUE(run(desk.check(bob)));
  EXPECT_EQ(store.known.at(bob).state, AccountState::ready);
}

TEST_F(AccountDeskTest, AMemoryThatCannotBeWrittenIsSaid) {
  auto& desk = open();
  store.is_full = true;
  EXPECT_TRUE(run(desk.check(bob)));
  EXPECT_EQ(log.count("account_not_remembered"), 1u);
}

TEST_F(AccountDeskTest, WhatIsNotUsedStaysListedAndMayBeMended) {
  auto lost = account("bob@example.com", "acc_lost");
  lost.credentials.clear();
  lost.origin = AccountOrigin::admin;
  store.kept.emplace(lost.id, lost);
  auto other = account("bob@example.com", "acc_other");
  other.provider = "elsewhere";
  other.origin = AccountOrigin::admin;
  store.kept.emplace(other.id, other);
  auto& desk = open();
  EXPECT_EQ(desk.get(lost.id)->view.state, AccountState::off);
  EXPECT_EQ(desk.get(lost.id)->view.reason, "is required");
  EXPECT_TRUE(desk.get(other.id)->view.reason.contains("elsewhere"));
  EXPECT_EQ(log.count("account_not_used"), 2u);
  EXPECT_EQ(run(desk.check(lost.id)).error().kind(), ErrorKind::conflict);
  EXPECT_EQ(refused(run(desk.change(other.id, {}))), ErrorKind::conflict);

  AccountChange mended;
  mended.credentials.emplace("email", Secret("lost@example.com"));
  EXPECT_EQ(run(desk.change(lost.id, mended))->view.state, AccountState::ready);
  EXPECT_TRUE(run(desk.remove(other.id)));
}

}  // namespace
}  // namespace gw
