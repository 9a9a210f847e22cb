// Nobody starves: a long life of a large pool, at random.
#include "core/accounts/account_pool.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <ranges>
#include <string>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{24h};
constexpr WallTime kWall{1'000'000s};

AccountFinding finding(AccountState state, std::optional<std::chrono::seconds> rest = {},
                       bool own_trouble = true) {
  return {.state = state,
          .reason = "because",
          .rest = rest,
          .allowance = {},
          .own_trouble = own_trouble};
}

// Thousands of accounts with their own weights, places, models and troubles. While one is ready and
// fits, it gets its next picture before any other has had more than its own share of that time, and
// one beside it: that is the bound of a start-time fair queue.
class AccountPoolFairness : public testing::TestWithParam<unsigned> {
 protected:
  struct Known {
    int weight = 1;
    int parallel = 0;
    int leases = 0;
    bool only_pear = false;
  };

  void add_accounts() {
    for (int i = 0; i < kAccounts; ++i) {
      AccountSettings one;
      one.id = {"acc_" + std::to_string(i)};
      one.weight = static_cast<int>(random() % 100) + 1;
      one.parallel = static_cast<int>(random() % 3);
      if (random() % 8 == 0) one.models = {"pear"};
      known[one.id] = {.weight = one.weight,
                       .parallel = one.parallel,
                       .leases = 0,
                       .only_pear = !one.models.empty()};
      ids.push_back(one.id);
      pool.set(one, now);
    }
  }

  bool waits(const AccountId& id) {
    const auto& one = known.at(id);
    if (one.only_pear || (one.parallel > 0 && one.leases >= one.parallel)) return false;
    return pool.view(id, now, kWall)->state == AccountState::ready;
  }

  void lease_one() {
    const bool pear = random() % 4 == 0;
    const auto leased =
        pool.lease({.model = pear ? "pear" : "apple", .price = {}, .not_these = {}}, now);
    if (!leased) return;
    auto& one = known.at(leased->id);
    ASSERT_FALSE(!pear && one.only_pear);
    ++one.leases;
    ASSERT_TRUE(one.parallel == 0 || one.leases <= one.parallel);
    out.push_back(leased->id);
    last[leased->id] = ++leases;
  }

  void give_one_back() {
    if (out.empty()) return;
    std::swap(out[random() % out.size()], out.back());
    pool.give_back(out.back());
    --known.at(out.back()).leases;
    out.pop_back();
  }

  void trouble() {
    const auto& id = ids[random() % ids.size()];
    switch (random() % 5) {
      case 0:
        return pool.found(id, finding(AccountState::cooling), now);
      case 1:
        return pool.found(id, finding(AccountState::cooling, {}, false), now);
      case 2:
        return pool.found(id, finding(AccountState::busy, 5s), now);
      case 3:
        return pool.found(id, finding(AccountState::resting, 40s), now);
      default:
        return pool.worked(id, now);
    }
  }

  static constexpr int kAccounts = 2000;
  std::mt19937 random{GetParam()};
  AccountPool pool;
  SteadyTime now = kStart;
  std::map<AccountId, Known> known;
  std::vector<AccountId> ids;
  std::vector<AccountId> out;
  std::map<AccountId, std::int64_t> last;
  std::int64_t leases = 0;
};

TEST_P(AccountPoolFairness, WhoIsReadyAndFitGetsItsShare) {
  add_accounts();
  std::int64_t weights = 0;
  for (const auto& one : known | std::views::values) weights += one.weight;
  // A few are watched: any picture of theirs begins the wait anew, and so does being away.
  std::map<AccountId, std::int64_t> begun;
  for (int i = 0; i < 10; ++i) begun[ids[random() % ids.size()]] = 0;
  int waits_ended = 0;

  for (int step = 0; step < 20'000; ++step) {
    now += std::chrono::milliseconds(random() % 20);
    lease_one();
    if (out.size() > 50) give_one_back();
    if (random() % 16 == 0) trouble();
    for (const auto& id : pool.to_check(now)) {
      pool.found(id, finding(random() % 4 == 0 ? AccountState::cooling : AccountState::ready), now);
    }
    for (auto& [id, since] : begun) {
      if (last[id] > since) ++waits_ended;
      if (last[id] > since || !waits(id)) since = leases;
      const auto bound = weights / known[id].weight + kAccounts + 1;
      ASSERT_LE(leases - since, bound) << id.value << " of weight " << known[id].weight;
    }
  }
  EXPECT_GT(waits_ended, 20);
  EXPECT_EQ(pool.held(), out.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, AccountPoolFairness, testing::Values(1u, 2u, 3u));

}  // namespace
}  // namespace gw
