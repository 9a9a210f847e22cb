#include "core/accounts/account_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace gw {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Why = NobodyFree::Why;

constexpr SteadyTime kStart{24h};
constexpr WallTime kWall{1'000'000s};

AccountFinding cooling() {
  return {.state = AccountState::cooling, .reason = "it stumbled", .rest = {}, .allowance = {}};
}
AccountFinding trouble_of_the_way() {
  auto finding = cooling();
  finding.own_trouble = false;
  return finding;
}
AccountFinding finding(AccountState state, std::optional<std::chrono::seconds> rest = {}) {
  return {.state = state, .reason = "because", .rest = rest, .allowance = {}};
}
AccountFinding well() {
  return {};
}
AccountFinding may_draw(Allowance allowance, std::optional<std::chrono::seconds> day_ends = {}) {
  return {.state = AccountState::ready, .reason = {}, .rest = day_ends, .allowance = allowance};
}

class AccountPoolTest : public testing::Test {
 protected:
  static AccountSettings settings(const std::string& id) {
    AccountSettings one;
    one.id = {id};
    one.provider = "dreamifly";
    one.label = "label of " + id;
    one.credentials.emplace("password", Secret("of " + id));
    return one;
  }
  void add(const std::string& id, int weight = 1, int parallel = 0) {
    auto one = settings(id);
    one.weight = weight;
    one.parallel = parallel;
    pool.set(one, now);
  }
  static AccountNeed need() { return {.model = "apple", .price = {}, .not_these = {}}; }
  static AccountNeed dear(std::int64_t full, std::int64_t within) {
    auto one = need();
    one.price = Price{.full = full, .within_allowance = within, .doubled_by_size = false};
    return one;
  }

  std::string lease(const AccountNeed& what = need()) {
    const auto leased = pool.lease(what, now);
    return leased ? leased->id.value : "nobody";
  }
  std::string draw(const AccountNeed& what = need()) {
    auto id = lease(what);
    pool.give_back({id});
    pool.worked({id}, now);
    return id;
  }
  NobodyFree refused(const AccountNeed& what = need()) {
    auto leased = pool.lease(what, now);
    EXPECT_FALSE(leased);
    return leased ? NobodyFree() : std::move(leased).error();
  }
  std::map<std::string, int> counts(int pictures, const AccountNeed& what = need()) {
    std::map<std::string, int> drawn;
    for (int i = 0; i < pictures; ++i) ++drawn[draw(what)];
    return drawn;
  }
  std::vector<std::string> checks() {
    std::vector<std::string> names;
    for (const auto& id : pool.to_check(now)) names.push_back(id.value);
    return names;
  }
  // Those of ready accounts are of no interest to a test of set-aside ones.
  void look_at_all() {
    for (const auto& id : pool.to_check(now)) pool.found(id, well(), now);
  }
  void find(const std::string& id, const AccountFinding& what) { pool.found({id}, what, now); }
  AccountView view(const std::string& id) { return pool.view({id}, now, kWall).value(); }
  AccountState state(const std::string& id) { return view(id).state; }
  std::chrono::seconds left(const std::string& id) {
    return std::chrono::round<std::chrono::seconds>(view(id).until.value() - kWall);
  }

  AccountPool pool;
  SteadyTime now = kStart;
};

// --- shares

TEST_F(AccountPoolTest, AnEmptyOneHasNobody) {
  EXPECT_TRUE(pool.empty());
  EXPECT_FALSE(pool.anybody_free(now));
  EXPECT_EQ(refused().why, Why::unfit);
  EXPECT_EQ(pool.next_change(now), std::nullopt);
}

TEST_F(AccountPoolTest, EqualSharesTakeTurns) {
  add("a");
  add("b");
  add("c");
  std::vector<std::string> drawn;
  for (int i = 0; i < 6; ++i) drawn.push_back(draw());
  EXPECT_THAT(drawn, ElementsAre("a", "b", "c", "a", "b", "c"));
}

TEST_F(AccountPoolTest, WorkIsSharedByWeight) {
  add("a", 1);
  add("b", 3);
  add("c", 6);
  EXPECT_THAT(counts(100),
              UnorderedElementsAre(std::pair("a", 10), std::pair("b", 30), std::pair("c", 60)));
}

TEST_F(AccountPoolTest, WhoWasAwayDoesNotCatchUp) {
  add("a");
  add("b");
  find("a", finding(AccountState::busy, 60s));
  EXPECT_EQ(counts(50)["b"], 50);
  now += 60s;
  EXPECT_THAT(counts(10), UnorderedElementsAre(std::pair("a", 5), std::pair("b", 5)));
}

TEST_F(AccountPoolTest, WhoComesNewDoesNotCatchUp) {
  add("a");
  counts(50);
  add("b");
  EXPECT_THAT(counts(10), UnorderedElementsAre(std::pair("a", 5), std::pair("b", 5)));
}

TEST_F(AccountPoolTest, WhoWasNotFitDoesNotCatchUp) {
  add("a");
  auto b = settings("b");
  b.models = {"pear"};
  pool.set(b, now);
  EXPECT_EQ(counts(50)["a"], 50);
  auto pear = need();
  pear.model = "pear";
  const auto drawn = counts(10, pear);
  EXPECT_GE(drawn.at("a"), 4);
  EXPECT_GE(drawn.at("b"), 4);
}

TEST_F(AccountPoolTest, TheWeightCanBeChanged) {
  add("a");
  add("b");
  counts(10);
  add("b", 4);
  const auto drawn = counts(50);
  EXPECT_NEAR(drawn.at("b"), 40, 1);
}

// --- who fits

TEST_F(AccountPoolTest, OnlyAsManyPicturesAtATimeAsItMay) {
  add("a", 1, 2);
  EXPECT_EQ(lease(), "a");
  EXPECT_EQ(lease(), "a");
  EXPECT_EQ(refused().why, Why::busy);
  EXPECT_FALSE(pool.somebody_free(need(), now));
  EXPECT_EQ(pool.held(), 2u);
  pool.give_back({"a"});
  EXPECT_TRUE(pool.somebody_free(need(), now));
  EXPECT_EQ(lease(), "a");
}

TEST_F(AccountPoolTest, APlaceMoreCountsAtOnce) {
  add("a", 1, 1);
  EXPECT_EQ(lease(), "a");
  add("a", 1, 2);
  EXPECT_EQ(lease(), "a");
  EXPECT_EQ(refused().why, Why::busy);
}

TEST_F(AccountPoolTest, OnlyForItsModels) {
  auto a = settings("a");
  a.models = {"pear", "plum"};
  pool.set(a, now);
  const auto nobody = refused();
  EXPECT_EQ(nobody.why, Why::unfit);
  EXPECT_EQ(nobody.error.kind(), ErrorKind::no_account_available);
  EXPECT_EQ(nobody.error.param(), "model");
  EXPECT_TRUE(nobody.error.retry_useless());
  EXPECT_TRUE(pool.anybody_free(now));
  EXPECT_FALSE(pool.somebody_free(need(), now));
  auto plum = need();
  plum.model = "plum";
  EXPECT_EQ(lease(plum), "a");
}

TEST_F(AccountPoolTest, NotThoseThatWereTriedInVain) {
  add("a");
  add("b");
  const std::vector<AccountId> tried{{"a"}, {"b"}};
  auto other = need();
  other.not_these = std::span(tried).first(1);
  EXPECT_EQ(lease(other), "b");
  other.not_these = tried;
  EXPECT_EQ(refused(other).why, Why::unfit);
  EXPECT_EQ(refused(other).error.kind(), ErrorKind::no_account_available);
}

TEST_F(AccountPoolTest, OnlyTheSameAgain) {
  add("a");
  add("b");
  auto same = need();
  same.only = AccountId{"b"};
  EXPECT_TRUE(pool.somebody_free(same, now));
  EXPECT_EQ(draw(same), "b");
  EXPECT_EQ(draw(same), "b");
  find("b", finding(AccountState::resting, 60s));
  EXPECT_FALSE(pool.somebody_free(same, now));
  EXPECT_EQ(refused(same).why, Why::later);
  pool.remove({"b"});
  EXPECT_EQ(refused(same).why, Why::unfit);
}

TEST_F(AccountPoolTest, TheSameAgainWaitsUntilItHasAPlace) {
  add("a");
  add("b", 1, 1);
  auto same = need();
  same.only = AccountId{"b"};
  EXPECT_EQ(lease(same), "b");
  EXPECT_EQ(refused(same).why, Why::busy);
}

TEST_F(AccountPoolTest, OneThatIsSwitchedOffIsNotUsed) {
  auto a = settings("a");
  a.enabled = false;
  pool.set(a, now);
  EXPECT_EQ(state("a"), AccountState::off);
  EXPECT_EQ(refused().why, Why::unfit);
  a.enabled = true;
  pool.set(a, now);
  EXPECT_EQ(state("a"), AccountState::ready);
  EXPECT_EQ(lease(), "a");
}

TEST_F(AccountPoolTest, SwitchingOffAndOnDoesNotHeal) {
  add("a");
  find("a", finding(AccountState::banned));
  auto a = settings("a");
  a.enabled = false;
  pool.set(a, now);
  a.enabled = true;
  pool.set(a, now);
  EXPECT_EQ(state("a"), AccountState::banned);
}

// --- what it may still draw

TEST_F(AccountPoolTest, APictureThatCostsMoreThanItHasIsNotForIt) {
  add("a");
  add("b");
  find("a", may_draw({.points = 5, .drawn_today = 49, .daily_limit = 49, .read = kWall}));
  find("b", may_draw({.points = 6, .drawn_today = 49, .daily_limit = 49, .read = kWall}));
  EXPECT_EQ(counts(4, dear(6, 3))["b"], 4);
  pool.spent({"b"}, 6);
  const auto nobody = refused(dear(6, 3));
  EXPECT_EQ(nobody.error.kind(), ErrorKind::quota_exhausted);
}

TEST_F(AccountPoolTest, AFreePictureOfTheDayPaysItsPart) {
  add("a");
  find("a", may_draw({.points = 5, .drawn_today = 48, .daily_limit = 49, .read = kWall}));
  const auto within = pool.lease(dear(6, 3), now);
  ASSERT_TRUE(within);
  EXPECT_EQ(within->points, 3);
  pool.spent({"a"}, 3);
  EXPECT_EQ(view("a").allowance->points, 2);
  EXPECT_EQ(view("a").allowance->drawn_today, 49);
  const auto beyond = pool.lease(dear(2, 0), now);
  ASSERT_TRUE(beyond);
  EXPECT_EQ(beyond->points, 2);
}

TEST_F(AccountPoolTest, WhatIsNotToldIsAsItWas) {
  add("a");
  find("a", may_draw({.points = 5, .drawn_today = 48, .daily_limit = 49, .read = kWall}, 3h));
  find("a", may_draw({.points = 2, .drawn_today = {}, .daily_limit = {}, .read = kWall + 1s}));
  EXPECT_EQ(view("a").allowance->points, 2);
  EXPECT_EQ(view("a").allowance->drawn_today, 48);
  EXPECT_EQ(view("a").allowance->read, kWall + 1s);
  pool.spent({"a"}, 0);
  EXPECT_EQ(refused().at, now + 3h);  // the day's end, too
}

TEST_F(AccountPoolTest, NoAccountWillEverHaveThePoints) {
  add("a");
  find("a", may_draw({.points = 5, .drawn_today = 0, .daily_limit = 49, .read = kWall}));
  const auto nobody = refused(dear(24, 12));
  EXPECT_EQ(nobody.why, Why::unfit);
  EXPECT_EQ(nobody.error.kind(), ErrorKind::quota_exhausted);
  EXPECT_TRUE(nobody.error.retry_useless());
}

TEST_F(AccountPoolTest, WhatIsFreeWaitsForTheNextDay) {
  add("a");
  find("a", may_draw({.points = 0, .drawn_today = 49, .daily_limit = 49, .read = kWall}, 3h));
  const auto nobody = refused();
  EXPECT_EQ(nobody.why, Why::later);
  EXPECT_EQ(nobody.at, now + 3h);
  EXPECT_EQ(nobody.error.kind(), ErrorKind::quota_exhausted);
  EXPECT_EQ(pool.next_change(now), now + 3h);
  now += 3h;
  EXPECT_TRUE(pool.somebody_free(need(), now));
  EXPECT_EQ(lease(), "a");
  EXPECT_EQ(view("a").allowance->drawn_today, 0);
  EXPECT_THAT(checks(), ElementsAre("a"));  // what the new day allows
}

TEST_F(AccountPoolTest, WhoseDayEndsIsNotToldIsNotWaitedFor) {
  add("a");
  find("a", may_draw({.points = 0, .drawn_today = 49, .daily_limit = 49, .read = kWall}));
  EXPECT_EQ(refused().why, Why::unfit);
}

TEST_F(AccountPoolTest, WhatIsNotKnownIsTried) {
  add("a");
  EXPECT_EQ(lease(dear(100, 100)), "a");
}

TEST_F(AccountPoolTest, PointsNeverFallBelowNothing) {
  add("a");
  find("a", may_draw({.points = 2, .drawn_today = {}, .daily_limit = {}, .read = kWall}));
  pool.spent({"a"}, 3);
  EXPECT_EQ(view("a").allowance->points, 0);
}

TEST_F(AccountPoolTest, FiguresOfOneInUseAreReadAgain) {
  add("a");
  add("b");
  EXPECT_EQ(lease(), "a");
  pool.give_back({"a"});
  EXPECT_THAT(checks(), IsEmpty());  // nobody has drawn
  EXPECT_EQ(draw(), "b");
  find("b", well());
  EXPECT_EQ(draw(), "a");
  EXPECT_THAT(checks(), ElementsAre("a"));
  EXPECT_EQ(state("a"), AccountState::ready);
  EXPECT_EQ(draw(), "b");
  EXPECT_EQ(draw(), "a");  // not kept from work by the check
  find("a", may_draw({.points = 7, .drawn_today = 1, .daily_limit = 49, .read = kWall}));
  EXPECT_EQ(draw(), "b");
  EXPECT_EQ(draw(), "a");
  EXPECT_THAT(checks(), IsEmpty());
  EXPECT_EQ(pool.next_change(now), now + 10min);
  now += 10min;
  EXPECT_THAT(checks(), UnorderedElementsAre("a", "b"));
}

// --- cooling

TEST_F(AccountPoolTest, CoolingGrowsWithEachTroubleInARow) {
  add("a");
  for (const auto expected : {30s, 60s, 90s, 120s, 150s, 180s, 210s, 240s, 270s, 300s, 300s}) {
    find("a", cooling());
    EXPECT_EQ(state("a"), AccountState::cooling);
    EXPECT_EQ(view("a").reason, "it stumbled");
    EXPECT_EQ(left("a"), expected);
    now += expected;
    EXPECT_THAT(checks(), ElementsAre("a"));
  }
}

TEST_F(AccountPoolTest, APictureMakesCoolingCountFromOne) {
  add("a");
  find("a", cooling());
  now += 30s;
  find("a", cooling());
  now += 60s;
  pool.worked({"a"}, now);
  EXPECT_EQ(state("a"), AccountState::ready);
  find("a", cooling());
  EXPECT_EQ(left("a"), 30s);
}

TEST_F(AccountPoolTest, CoolingIsNeverShortened) {
  add("a");
  find("a", cooling());
  find("a", cooling());
  EXPECT_EQ(left("a"), 60s);
  auto brief = cooling();
  brief.rest = 5s;
  find("a", brief);
  EXPECT_EQ(left("a"), 60s);
  find("a", finding(AccountState::busy, 3s));
  EXPECT_EQ(state("a"), AccountState::cooling);
  EXPECT_EQ(left("a"), 60s);
  pool.worked({"a"}, now);  // of a picture that was begun before
  EXPECT_EQ(left("a"), 60s);
  find("a", well());
  EXPECT_EQ(state("a"), AccountState::cooling);
  EXPECT_EQ(left("a"), 60s);
  now += 30s;
  find("a", cooling());
  EXPECT_EQ(left("a"), 30s);
}

TEST_F(AccountPoolTest, WorseNewsTakeOver) {
  add("a");
  find("a", cooling());
  find("a", finding(AccountState::resting, 3h));
  EXPECT_EQ(state("a"), AccountState::resting);
  EXPECT_EQ(left("a"), 3h);
  find("a", cooling());
  EXPECT_EQ(state("a"), AccountState::resting);
  find("a", finding(AccountState::banned));
  EXPECT_EQ(state("a"), AccountState::banned);
  find("a", finding(AccountState::resting, 3h));
  EXPECT_EQ(state("a"), AccountState::banned);
}

TEST_F(AccountPoolTest, TheTimeThatWasToldCounts) {
  add("a");
  auto told = cooling();
  told.rest = 7s;
  find("a", told);
  EXPECT_EQ(left("a"), 7s);
}

TEST_F(AccountPoolTest, TheOthersGoOnMeanwhile) {
  add("a");
  add("b");
  find("a", cooling());
  EXPECT_EQ(counts(5)["b"], 5);
}

TEST_F(AccountPoolTest, WhoWaitsForAnAccountLearnsUntilWhen) {
  add("a");
  add("b");
  find("a", cooling());
  now += 10s;
  find("b", cooling());
  const auto nobody = refused();
  EXPECT_EQ(nobody.why, Why::later);
  EXPECT_EQ(nobody.at, kStart + 30s);
  EXPECT_EQ(nobody.error.kind(), ErrorKind::no_account_available);
  EXPECT_EQ(nobody.error.retry_after(), 20s);
  EXPECT_EQ(pool.next_change(now), kStart + 30s);
}

TEST_F(AccountPoolTest, ALongRestIsNotWorthARetry) {
  add("a");
  find("a", finding(AccountState::resting, 5h));
  const auto nobody = refused();
  EXPECT_EQ(nobody.why, Why::later);
  EXPECT_EQ(nobody.error.kind(), ErrorKind::quota_exhausted);
  EXPECT_TRUE(nobody.error.retry_useless());
  EXPECT_EQ(nobody.error.retry_after(), std::nullopt);
}

// --- half-open

TEST_F(AccountPoolTest, AfterCoolingAFreeCallDecides) {
  add("a");
  find("a", cooling());
  now += 29s;
  EXPECT_THAT(checks(), IsEmpty());
  now += 1s;
  EXPECT_EQ(refused().why, Why::later);
  EXPECT_THAT(checks(), ElementsAre("a"));
  EXPECT_THAT(checks(), IsEmpty());  // named once
  EXPECT_EQ(refused().why, Why::later);
  EXPECT_EQ(state("a"), AccountState::cooling);
  find("a", well());
  EXPECT_EQ(state("a"), AccountState::ready);
  EXPECT_EQ(view("a").reason, "");
  EXPECT_EQ(lease(), "a");
}

TEST_F(AccountPoolTest, AFreeCallThatGoesWrongCoolsOn) {
  add("a");
  find("a", cooling());
  now += 30s;
  EXPECT_THAT(checks(), ElementsAre("a"));
  find("a", cooling());
  EXPECT_EQ(left("a"), 60s);
  EXPECT_THAT(checks(), IsEmpty());
  now += 60s;
  EXPECT_THAT(checks(), ElementsAre("a"));
}

TEST_F(AccountPoolTest, AfterARestAFreeCallDecides) {
  add("a");
  find("a", finding(AccountState::resting, 3h));
  now += 3h;
  EXPECT_EQ(refused().why, Why::later);
  EXPECT_THAT(checks(), ElementsAre("a"));
  pool.worked({"a"}, now);
  EXPECT_EQ(lease(), "a");
}

TEST_F(AccountPoolTest, ARestEndsWhenAFreeCallSaysSo) {
  add("a");
  find("a", finding(AccountState::resting, 3h));
  pool.worked({"a"}, now);  // a picture that was begun before says nothing
  EXPECT_EQ(state("a"), AccountState::resting);
  find("a", well());
  EXPECT_EQ(state("a"), AccountState::ready);
}

TEST_F(AccountPoolTest, ABusyOneNeedsNoCheck) {
  add("a");
  find("a", finding(AccountState::busy, 6s));
  EXPECT_EQ(state("a"), AccountState::busy);
  EXPECT_EQ(refused().why, Why::later);
  EXPECT_FALSE(pool.anybody_free(now));
  EXPECT_EQ(pool.next_change(now), now + 6s);
  now += 6s;
  EXPECT_TRUE(pool.anybody_free(now));
  EXPECT_TRUE(pool.somebody_free(need(), now));
  EXPECT_EQ(lease(), "a");
}

// --- what only people can mend

TEST_F(AccountPoolTest, BannedStaysUntilSomebodyActs) {
  for (const auto what : {AccountState::banned, AccountState::needs_sign_in}) {
    add("a");
    find("a", finding(what));
    EXPECT_EQ(view("a").until, std::nullopt);
    pool.worked({"a"}, now);
    find("a", well());
    find("a", cooling());
    now += 24h;
    EXPECT_THAT(checks(), IsEmpty());
    EXPECT_EQ(state("a"), what);
    EXPECT_EQ(refused().why, Why::unfit);
    EXPECT_EQ(refused().error.kind(), ErrorKind::no_account_available);
    EXPECT_TRUE(refused().error.retry_useless());
    EXPECT_NE(refused().error.detail().find(to_string(what)), std::string::npos);
    pool.clear({"a"}, now);
    EXPECT_EQ(state("a"), AccountState::ready);
    EXPECT_EQ(draw(), "a");
    EXPECT_THAT(checks(), ElementsAre("a"));
    find("a", well());
  }
}

TEST_F(AccountPoolTest, NewCredentialsMakeItReadyAndUnchecked) {
  add("a");
  find("a", may_draw({.points = 0, .drawn_today = 1, .daily_limit = 49, .read = kWall}));
  find("a", finding(AccountState::needs_sign_in));
  add("a", 2);
  EXPECT_EQ(state("a"), AccountState::needs_sign_in);  // only the weight
  auto a = settings("a");
  a.credentials["password"] = Secret("another");
  pool.set(a, now);
  EXPECT_EQ(state("a"), AccountState::ready);
  EXPECT_FALSE(view("a").allowance);
  EXPECT_THAT(checks(), ElementsAre("a"));
}

TEST_F(AccountPoolTest, TheOperatorsWordCountsFromOneAgain) {
  add("a");
  find("a", cooling());
  find("a", cooling());
  pool.clear({"a"}, now);
  EXPECT_EQ(lease(), "a");
  find("a", cooling());
  EXPECT_EQ(left("a"), 30s);
}

// --- trouble that is not its own

TEST_F(AccountPoolTest, TroubleOfTheWaySetsAtMostHalfAside) {
  for (const auto* id : {"a", "b", "c", "d", "e"}) add(id);
  for (const auto* id : {"a", "b", "c", "d", "e"}) find(id, trouble_of_the_way());
  EXPECT_EQ(counts(30).size(), 3u);
  EXPECT_EQ(state("a"), AccountState::cooling);
  EXPECT_EQ(state("c"), AccountState::ready);
}

TEST_F(AccountPoolTest, TheOnlyOneIsNeverSetAsideForTheWay) {
  add("a");
  find("a", trouble_of_the_way());
  EXPECT_EQ(lease(), "a");
  find("a", cooling());
  EXPECT_EQ(refused().why, Why::later);
}

TEST_F(AccountPoolTest, ThoseThatCannotBeUsedAnywayAreNoHalf) {
  for (const auto* id : {"a", "b", "c", "d"}) add(id);
  find("a", finding(AccountState::banned));
  auto off = settings("b");
  off.enabled = false;
  pool.set(off, now);
  find("c", trouble_of_the_way());
  find("d", trouble_of_the_way());
  EXPECT_EQ(state("c"), AccountState::cooling);
  EXPECT_EQ(state("d"), AccountState::ready);
}

TEST_F(AccountPoolTest, WhoIsAsideStaysAsideWhenTheWayIsBroken) {
  add("a");
  find("a", cooling());
  now += 30s;
  EXPECT_THAT(checks(), ElementsAre("a"));
  find("a", trouble_of_the_way());
  EXPECT_EQ(left("a"), 60s);
}

TEST_F(AccountPoolTest, TheHalfIsFreedByThoseThatComeBack) {
  add("a");
  add("b");
  find("a", trouble_of_the_way());
  now += 30s;
  find("a", well());
  find("b", trouble_of_the_way());
  EXPECT_EQ(state("b"), AccountState::cooling);
}

// --- coming and going

TEST_F(AccountPoolTest, ARemovedOneIsForgottenWhenItsPicturesAreBack) {
  add("a");
  EXPECT_EQ(lease(), "a");
  EXPECT_EQ(lease(), "a");
  pool.remove({"a"});
  EXPECT_EQ(pool.size(), 0u);
  EXPECT_TRUE(pool.empty());
  EXPECT_EQ(refused().why, Why::unfit);
  EXPECT_FALSE(pool.view({"a"}, now, kWall));
  EXPECT_THAT(checks(), IsEmpty());
  pool.give_back({"a"});
  EXPECT_EQ(pool.held(), 1u);
  find("a", cooling());
  pool.worked({"a"}, now);
  pool.spent({"a"}, 1);
  pool.give_back({"a"});
  EXPECT_EQ(pool.held(), 0u);
  pool.give_back({"a"});
  EXPECT_EQ(pool.held(), 0u);
}

TEST_F(AccountPoolTest, OneThatComesBackKeepsItsLeases) {
  add("a", 1, 1);
  EXPECT_EQ(lease(), "a");
  pool.remove({"a"});
  add("a", 1, 1);
  EXPECT_EQ(pool.size(), 1u);
  EXPECT_EQ(view("a").leases, 1);
  EXPECT_EQ(refused().why, Why::busy);
  pool.give_back({"a"});
  EXPECT_EQ(lease(), "a");
}

TEST_F(AccountPoolTest, RemovedWhileItIsChecked) {
  add("a");
  find("a", cooling());
  now += 30s;
  EXPECT_THAT(checks(), ElementsAre("a"));
  pool.remove({"a"});
  find("a", well());
  EXPECT_TRUE(pool.empty());
}

TEST_F(AccountPoolTest, AnEarlierProcessIsRemembered) {
  for (const auto* id : {"a", "b", "c", "d"}) add(id);
  pool.restore({"a"}, finding(AccountState::banned), now);
  pool.restore({"b"}, finding(AccountState::resting, 3h), now);
  pool.restore({"c"}, finding(AccountState::cooling, -5s), now);
  pool.restore({"gone"}, finding(AccountState::banned), now);
  EXPECT_EQ(counts(5)["d"], 5);
  EXPECT_EQ(state("a"), AccountState::banned);
  EXPECT_EQ(left("b"), 3h);
  EXPECT_THAT(checks(), UnorderedElementsAre("c", "d"));
}

TEST_F(AccountPoolTest, WhatItMayDrawIsRemembered) {
  add("a");
  auto known = may_draw({.points = 3, .drawn_today = 4, .daily_limit = 49, .read = kWall});
  pool.restore({"a"}, known, now);
  EXPECT_EQ(view("a").allowance->points, 3);
  EXPECT_EQ(refused(dear(9, 6)).why, Why::unfit);
}

// --- what an operator sees

TEST_F(AccountPoolTest, AllAreShownByLabel) {
  add("b");
  add("a");
  add("c");
  pool.remove({"c"});
  EXPECT_EQ(draw(), "b");
  find("a", cooling());
  now += 10s;
  const auto all = pool.views(now, kWall);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].label, "label of a");
  EXPECT_EQ(all[0].state, AccountState::cooling);
  EXPECT_EQ(all[0].until, kWall + 20s);
  EXPECT_EQ(all[0].last_used, std::nullopt);
  EXPECT_EQ(all[1].id.value, "b");
  EXPECT_EQ(all[1].state, AccountState::ready);
  EXPECT_EQ(all[1].until, std::nullopt);
  EXPECT_EQ(all[1].last_used, kWall - 10s);
}

}  // namespace
}  // namespace gw
