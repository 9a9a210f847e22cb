#include "core/routing/route_choice.hpp"

#include "base/random.hpp"
#include "tests/support/counting_random.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/fake_provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::fake_model;
using test::FakeProvider;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SeededRandom final : public Random {
 public:
  std::uint64_t next() override { return generator_(); }

 private:
  std::mt19937_64 generator_{42};
};

// Three upstreams "a", "b" and "c", with a model each.
class RouteChoiceTest : public testing::Test {
 protected:
  RouteChoiceTest() { request.prompt = "a cat"; }

  RouteOption option(FakeProvider& provider, RouteFacts facts = {.limit = 2}) {
    return {{.name = std::string(provider.name()) + "/model",
             .route = ModelRoute{&provider, &provider.models().front()}},
            std::move(facts)};
  }
  Result<RouteChoice> choose(std::vector<RouteOption> options,
                             RouteStrategy strategy = RouteStrategy::priority) {
    return choose_route(request, {"auto", strategy, std::move(options)}, random);
  }
  // "a b: reason, c: reason", the chosen one first.
  static std::string told(const Result<RouteChoice>& choice) {
    if (!choice) return "error: " + choice.error().message();
    std::string text(choice->ranked.front().route.provider->name());
    for (const auto& [provider, model, reason] : choice->note(0)->rejected)
      text += ", " + provider + ": " + reason;
    return text;
  }
  static std::string order(const RouteChoice& choice) {
    std::string names;
    for (const auto& ranked : choice.ranked) names += ranked.route.provider->name();
    return names;
  }
  FakeProvider provider(std::string name, const ModelInfo& model) {
    return FakeProvider(io.get_executor(),
                        {.name = name, .host = HostId{name + ".example.com"}, .models = {model}});
  }
  static ModelInfo editor() {
    auto model = fake_model();
    model.text_to_image = false;
    model.max_references = 2;
    return model;
  }
  void with_pictures(std::size_t count) {
    Reference picture;
    picture.size = {64, 64};
    request.references.assign(count, picture);
  }

  asio::io_context io{1};
  FakeProvider a = provider("a", fake_model());
  FakeProvider b = provider("b", fake_model());
  FakeProvider c = provider("c", editor());
  GenerationRequest request;
  SeededRandom random;
};

// --- who can do it

TEST_F(RouteChoiceTest, WhoCannotDoItIsLeftOut) {
  EXPECT_EQ(told(choose({option(c), option(a)})), "a, c: only edits");
  with_pictures(1);
  EXPECT_EQ(told(choose({option(a), option(c)})), "c, a: takes no pictures");
  with_pictures(3);
  auto many = provider("d", editor());
  auto model = editor();
  model.max_references = 16;
  auto more = provider("e", model);
  EXPECT_EQ(told(choose({option(many), option(more)})), "e, d: takes at most 2 pictures");
}

TEST_F(RouteChoiceTest, AMaskGoesToWhoTakesOne) {
  with_pictures(1);
  request.mask = Reference{};
  auto model = editor();
  model.mask = true;
  auto masker = provider("m", model);
  EXPECT_EQ(told(choose({option(c), option(masker)})), "m, c: no mask");
}

TEST_F(RouteChoiceTest, ASizeAndABackgroundGoToWhoHasThem) {
  auto model = fake_model();
  model.any_size = true;
  model.transparent = true;
  auto able = provider("d", model);
  request.size = ImageSize{4096, 4096};
  EXPECT_EQ(told(choose({option(a), option(able)})), "d, a: size 4096x4096");
  request.size.reset();
  request.output.background = Background::transparent;
  EXPECT_EQ(told(choose({option(a), option(able)})), "d, a: no transparent pictures");
}

TEST_F(RouteChoiceTest, StepsGoToWhoHasThem) {
  request.steps = 30;
  auto model = fake_model();
  model.steps = StepsRule{30, 50};
  auto other = provider("d", model);
  EXPECT_EQ(told(choose({option(a), option(other)})), "d, a: steps 30");
}

TEST_F(RouteChoiceTest, WhatIsNotOfferedIsNamedAsItWasConfigured) {
  const RouteOption gone{{.name = "openai/gpt-image-1"}};
  const auto choice = choose({gone, option(a)});
  EXPECT_EQ(told(choice), "a, openai: not offered");
  EXPECT_EQ(choice->unfit.front().model, "gpt-image-1");
}

TEST_F(RouteChoiceTest, NobodyLeftSaysWhyForEach) {
  request.size = ImageSize{4096, 4096};
  const auto refused = choose({option(a), {{.name = "x/y"}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(refused.error().param(), "size");
  EXPECT_EQ(refused.error().message(),
            "none of the routes of 'auto' can do this (a/Fake: size 4096x4096; x/y: not offered)");
}

TEST_F(RouteChoiceTest, NobodyOfferedIsAModelThatIsNotFound) {
  const auto refused = choose({{{.name = "x/y"}}, {{.name = "z"}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::not_found);
  EXPECT_EQ(refused.error().code(), "model_not_found");
}

// --- priority, and a shut door before all

TEST_F(RouteChoiceTest, PriorityOneGoesFirstInEveryStrategy) {
  auto late = option(a);
  late.candidate.priority = 2;
  for (const auto strategy : {RouteStrategy::priority, RouteStrategy::weighted,
                              RouteStrategy::least_busy, RouteStrategy::fastest}) {
    auto busy = option(b, {.limit = 1, .drawing = 1, .queued = 50});
    EXPECT_EQ(told(choose({late, busy}, strategy)), "b, a: lower priority");
  }
}

TEST_F(RouteChoiceTest, AmongEqualsTheyAreAskedAsWritten) {
  EXPECT_EQ(told(choose({option(b), option(a)})), "b, a: later in the list");
}

TEST_F(RouteChoiceTest, AShutUpstreamGoesLast) {
  auto first = option(a, {.shut = "upstream_challenged"});
  auto last = option(b);
  last.candidate.priority = 9;
  const auto choice = choose({first, last});
  EXPECT_EQ(told(choice), "b, a: shut: upstream_challenged");
  EXPECT_EQ(order(*choice), "ba") << "it may be open again by then";
}

TEST_F(RouteChoiceTest, AllShutTheFirstOneSaysWhy) {
  EXPECT_EQ(order(*choose({option(a, {.shut = "x"}), option(b, {.shut = "y"})})), "ab");
}

// --- least busy

TEST_F(RouteChoiceTest, TheLeastBusyForItsSlotsGoesFirst) {
  const auto strategy = RouteStrategy::least_busy;
  EXPECT_EQ(told(choose({option(a, {.limit = 2, .drawing = 2, .queued = 12}),
                         option(b, {.limit = 2, .drawing = 2, .queued = 3})},
                        strategy)),
            "b, a: busy: 12 in line");
  EXPECT_EQ(
      told(choose({option(a, {.limit = 2, .drawing = 2}), option(b, {.limit = 10, .drawing = 5})},
                  strategy)),
      "b, a: busy: 2 of 2 drawing");
  EXPECT_EQ(told(choose({option(a), option(b)}, strategy)), "a, b: later in the list");
}

// --- fastest

TEST_F(RouteChoiceTest, TheFastestOfLateGoesFirst) {
  EXPECT_EQ(
      told(choose({option(a, {.limit = 2, .recent = 41s}), option(b, {.limit = 2, .recent = 12s})},
                  RouteStrategy::fastest)),
      "b, a: slower: 41 s against 12 s");
}

TEST_F(RouteChoiceTest, WaitingInLineCountsToo) {
  EXPECT_EQ(told(choose({option(a, {.limit = 2, .drawing = 2, .queued = 4, .recent = 4s}),
                         option(b, {.limit = 2, .drawing = 1, .recent = 9500ms})},
                        RouteStrategy::fastest)),
            "b, a: slower: 16 s against 9.5 s");
}

TEST_F(RouteChoiceTest, WithoutADrawingTheModelsTypicalDurationCounts) {
  auto slow = fake_model();
  slow.typical_duration = 60s;
  auto typical = provider("d", slow);
  EXPECT_EQ(told(choose({option(typical), option(a, {.limit = 2, .recent = 59s})},
                        RouteStrategy::fastest)),
            "a, d: slower: 60 s against 59 s");
}

// --- weighted

TEST_F(RouteChoiceTest, WeightsDecideHowOftenEachGoesFirst) {
  auto d = provider("d", fake_model());
  std::map<std::string, int> orders;
  constexpr int kTimes = 10'000;
  for (int i = 0; i < kTimes; ++i) {
    auto heavy = option(a);
    heavy.candidate.weight = 3;
    auto heavier = option(d);
    heavier.candidate.weight = 6;
    ++orders[order(*choose({heavy, option(b), heavier}, RouteStrategy::weighted))];
  }
  const auto share = [&](const std::string& wanted) {
    return static_cast<double>(orders[wanted]) / kTimes;
  };
  EXPECT_THAT(orders, SizeIs(6)) << "every order happens";
  EXPECT_NEAR(share("abd") + share("adb"), 0.3, 0.02);
  EXPECT_NEAR(share("bad") + share("bda"), 0.1, 0.02);
  EXPECT_NEAR(share("dab"), 0.6 * 0.75, 0.02) << "who takes its place is drawn by weight too";
}

TEST_F(RouteChoiceTest, WhoWasNotDrawnHasItsWeightAsTheReason) {
  auto light = option(b);
  auto heavy = option(a);
  heavy.candidate.weight = 1000;
  auto late = option(b);
  late.candidate.priority = 2;
  EXPECT_EQ(told(choose({light, heavy}, RouteStrategy::weighted)),
            "a, b: not drawn: weight 1 of 1001");
}

TEST_F(RouteChoiceTest, OneAloneTakesNoChance) {
  test::CountingRandom counting{7};
  EXPECT_TRUE(
      choose_route(request, {"auto", RouteStrategy::weighted, {option(a), option(c)}}, counting));
  EXPECT_EQ(counting.next(), 7u);
}

// --- what is noted

TEST_F(RouteChoiceTest, OfOneThatTookOverItIsNotedWhoGaveWay) {
  auto d = provider("d", fake_model());
  const auto choice = choose({option(a), option(b), option(d), option(c)}).value();
  EXPECT_THAT(choice.note(1)->rejected, ElementsAre(RejectedRoute{"a", "Fake", "gave way"},
                                                    RejectedRoute{"d", "Fake", "later in the list"},
                                                    RejectedRoute{"c", "Fake", "only edits"}));
}

TEST_F(RouteChoiceTest, AModelWithoutRoutesHasNothingToNote) {
  const auto only = RouteChoice::only({&a, &a.models().front()});
  EXPECT_EQ(only.note(0), nullptr);
  EXPECT_EQ(order(only), "a");
}

}  // namespace
}  // namespace gw
