#include "core/routing/route_desk.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/fake_provider.hpp"
#include "tests/support/manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::FakeProvider;

class FakeHosts final : public HostBook {
 public:
  std::optional<HostView> host(const HostId& id) const override {
    const auto found = views.find(id);
    return found == views.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<HostId, HostView> views;
};

class RouteDeskTest : public testing::Test {
 protected:
  RouteDeskTest() {
    view(a).limit = 2;
    view(b).limit = 2;
  }
  HostView& view(const FakeProvider& provider) { return hosts.views[provider.host()]; }
  // "a" or "b", and why not the other.
  std::string chosen(RouteStrategy strategy, const std::string& model = "auto") {
    const RouteTable table{{"auto", {strategy, {{"a/one"}, {"b/two"}}}}};
    const RouteBook book(models, table);
    const RouteDesk desk(book, hosts, durations, clock, random);
    request.model = model;
    const auto choice = desk.choose(request);
    if (!choice) return choice.error().message();
    const auto note = choice->note(0);
    std::string text(choice->ranked.front().route.provider->name());
    return note ? text + ", " + note->rejected.at(0).reason : text;
  }

  asio::io_context io{1};
  FakeProvider a{io.get_executor(),
                 {.name = "a", .host = HostId{"a"}, .models = {test::fake_model("one")}}};
  FakeProvider b{io.get_executor(),
                 {.name = "b", .host = HostId{"b"}, .models = {test::fake_model("two")}}};
  ModelCatalog models = ModelCatalog::create({&a, &b}, {.aliases = {{"auto", "a/one"}}}).value();
  FakeHosts hosts;
  RecentDurations durations;
  test::ManualClock clock{WallTime(std::chrono::seconds(1'700'000'000))};
  test::CountingRandom random;
  GenerationRequest request;
};

TEST_F(RouteDeskTest, LooksAtTheLinesAndTheSlots) {
  view(a).held = 1;
  view(a).unsure = 1;
  EXPECT_EQ(chosen(RouteStrategy::least_busy), "b, busy: 2 of 2 drawing");
  view(b).ready = 5;
  EXPECT_EQ(chosen(RouteStrategy::least_busy), "a, busy: 5 in line");
}

TEST_F(RouteDeskTest, LooksAtWhatEachTookOfLate) {
  durations.drew(a.host(), "Fake", 20s, clock.now());
  durations.drew(b.host(), "Fake", 5s, clock.now());
  EXPECT_EQ(chosen(RouteStrategy::fastest), "b, slower: 20 s against 5.0 s");
}

TEST_F(RouteDeskTest, LooksAtTheDoors) {
  view(a).door = DoorState::shut;
  view(a).kind = "upstream_challenged";
  EXPECT_EQ(chosen(RouteStrategy::priority), "b, shut: upstream_challenged");
  view(a).door = DoorState::ajar;
  EXPECT_EQ(chosen(RouteStrategy::priority), "a, later in the list") << "somebody must try";
}

TEST_F(RouteDeskTest, AnyOtherNameIsDrawnByItsOneModel) {
  EXPECT_EQ(chosen(RouteStrategy::priority, "two"), "b");
  EXPECT_THAT(chosen(RouteStrategy::priority, "gpt-5"), testing::HasSubstr("does not exist"));
}

}  // namespace
}  // namespace gw
