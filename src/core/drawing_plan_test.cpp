#include "core/drawing_plan.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/fake_provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gw {
namespace {

using test::fake_model;
using test::FakeProvider;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

OutputOptions as(ImageFormat format, int compression) {
  OutputOptions output;
  output.format = format;
  output.compression = compression;
  return output;
}

class DrawingPlanTest : public testing::Test {
 protected:
  DrawingPlanTest() {
    model.negative_prompt = true;
    request.prompt = "a cat";
    context.caller = CallerId{"key 1"};
  }
  Result<DrawingPlan> try_plan() {
    return plan_drawing(request, RouteChoice::only({&provider, &model}), styles, marks, context, {},
                        random);
  }
  DrawingPlan plan() { return try_plan().value(); }
  const TaskSpec& only_task() {
    last = plan();
    return *last.tasks.front();
  }

  asio::io_context io{1};
  FakeProvider provider{io.get_executor()};
  ModelInfo model = fake_model();
  StyleBook styles;
  GenerationRequest request;
  RepeatMarks marks;
  RequestContext context;
  test::CountingRandom random{1000};
  DrawingPlan last;
};

// --- tasks

TEST_F(DrawingPlanTest, ATaskIsWhatTheProviderNeedsAllRulesApplied) {
  request.negative_prompt = "dogs";
  request.size = ImageSize{512, 768};
  request.quality = Quality::hd;
  model.typical_duration = std::chrono::seconds(70);
  const auto& task = only_task();
  EXPECT_EQ(task.host, provider.host());
  EXPECT_EQ(task.typical_duration, std::chrono::seconds(70));
  EXPECT_EQ(task.order.upstream_model, "Fake");
  EXPECT_EQ(task.order.prompt, "a cat");
  EXPECT_EQ(task.order.negative_prompt, "dogs");
  EXPECT_EQ(task.order.size, (ImageSize{512, 768}));
  EXPECT_EQ(task.order.steps, 20);
}

TEST_F(DrawingPlanTest, NothingChosenIsTheModelsOwn) {
  EXPECT_EQ(only_task().order.size, (ImageSize{1024, 1024}));
  EXPECT_EQ(only_task().order.steps, 10);
  EXPECT_EQ(last.quality, Quality::low);
}

TEST_F(DrawingPlanTest, SeveralPicturesAreSeveralTasksInOrder) {
  request.n = 3;
  const auto made = plan();
  ASSERT_EQ(made.tasks.size(), 3u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(made.tasks[static_cast<std::size_t>(i)]->index, i);
}

// --- seeds

TEST_F(DrawingPlanTest, WithoutASeedEachPictureHasItsOwn) {
  request.n = 10;
  std::set<std::uint64_t> seeds;
  for (const auto& task : plan().tasks) seeds.insert(task->order.seed);
  EXPECT_EQ(seeds.size(), 10u);
}

TEST_F(DrawingPlanTest, AGivenSeedIsUsedAndCountsUp) {
  request.n = 3;
  request.seed = 42;
  std::vector<std::uint64_t> seeds;
  for (const auto& task : plan().tasks) seeds.push_back(task->order.seed);
  EXPECT_THAT(seeds, ElementsAre(42, 43, 44));
}

TEST_F(DrawingPlanTest, ADrawnSeedIsNeverZero) {
  // A whole round of the range ends in 0; three numbers before it make the request's id.
  random = test::CountingRandom(99'999'999 - 3);
  EXPECT_EQ(only_task().order.seed, 1u);
}

// --- style

TEST_F(DrawingPlanTest, AStyleGoesBeforeThePromptAndIsTold) {
  request.style = "油画";
  EXPECT_EQ(only_task().order.prompt, "oil painting style, a cat");
  EXPECT_EQ(last.revised_prompt, "oil painting style, a cat");
}

TEST_F(DrawingPlanTest, AnUnchangedPromptIsNotRevised) {
  for (const auto* style : {"", "无", "vivid"}) {
    request.style = style;
    EXPECT_EQ(only_task().order.prompt, "a cat") << style;
    EXPECT_EQ(last.revised_prompt, "") << style;
  }
}

// --- refusals

TEST_F(DrawingPlanTest, WhatTheModelCannotDoIsRefusedNamingTheParameter) {
  const std::vector<std::pair<std::string, std::function<void()>>> cases{
      {"model", [this] { model.text_to_image = false; }},
      {"background", [this] { request.output.background = Background::transparent; }},
      {"style", [this] { request.style = "no such style"; }},
      {"size", [this] { request.size = ImageSize{10, 10}; }},
      {"steps", [this] { request.steps = 17; }}};
  for (const auto& [param, spoil] : cases) {
    const auto good_request = request;
    const auto good_model = model;
    spoil();
    const auto refused = try_plan();
    ASSERT_FALSE(refused.has_value()) << param;
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request) << param;
    EXPECT_EQ(refused.error().param(), param);
    request = good_request;
    model = good_model;
  }
}

// --- what has no effect

TEST_F(DrawingPlanTest, EverythingThatHasAnEffectIsNotIgnored) {
  request.negative_prompt = "dogs";
  request.seed = 1;
  request.steps = 20;
  request.style = "油画";
  request.output = as(ImageFormat::webp, 80);
  EXPECT_THAT(plan().ignored, IsEmpty());
}

TEST_F(DrawingPlanTest, WhatTheModelHasNoUseForIsTold) {
  model.negative_prompt = false;
  model.seed = false;
  model.steps.reset();
  request.negative_prompt = "dogs";
  request.seed = 1;
  request.steps = 20;
  request.quality = Quality::high;
  request.style = "vivid";
  request.output.compression = 80;
  request.ignored = {"user"};
  const auto made = plan();
  EXPECT_THAT(made.ignored, ElementsAre("user", "negative_prompt", "seed", "steps", "quality",
                                        "style", "output_compression"));
  EXPECT_EQ(made.quality, std::nullopt);
}

TEST_F(DrawingPlanTest, CompressionHasNoEffectOnAPng) {
  request.output = as(ImageFormat::png, 80);
  EXPECT_THAT(plan().ignored, Contains("output_compression"));
}

// --- repeats

TEST_F(DrawingPlanTest, TheMarksOfARepeatAreUnderstood) {
  EXPECT_EQ(plan().repeat, Repeat::perhaps);
  marks.retry_count = 1;
  EXPECT_EQ(plan().repeat, Repeat::marked);
  marks.fresh = true;
  EXPECT_EQ(plan().repeat, Repeat::fresh);
}

TEST_F(DrawingPlanTest, TheIdempotencyKeyIsOnEveryTask) {
  marks.idempotency_key = "k";
  request.n = 2;
  for (const auto& task : plan().tasks) EXPECT_EQ(task->idempotency_key, "k");
}

TEST_F(DrawingPlanTest, ARepeatHasTheSameFingerprintThoughItsSeedIsDrawnAnew) {
  const auto first = plan();
  marks.retry_count = 1;
  marks.idempotency_key = "k";
  const auto second = plan();
  EXPECT_EQ(first.tasks.front()->fingerprint, second.tasks.front()->fingerprint);
  EXPECT_NE(first.tasks.front()->order.seed, second.tasks.front()->order.seed);
}

TEST_F(DrawingPlanTest, AnyOtherRequestHasAnotherFingerprint) {
  const std::vector<std::function<void()>> changes{
      [] {},
      [this] { request.prompt = "a dog"; },
      [this] { request.negative_prompt = "dogs"; },
      [this] { request.style = "油画"; },
      [this] { request.n = 2; },
      [this] { request.size = ImageSize{512, 512}; },
      [this] { request.quality = Quality::high; },
      [this] { request.seed = 1; },
      [this] { request.steps = 20; },
      [this] { request.output.format = ImageFormat::webp; },
      [this] { request.output.compression = 80; },
      [this] { request.output.background = Background::opaque; },
      [this] { request.form = ResponseForm::url; },
      [this] { request.user = "u"; },
      [this] { request.safety_identifier = "u"; },
      [this] { marks.end_user = "u"; },
      [this] { model.upstream_id = "Other"; }};
  std::set<Fingerprint> seen;
  for (const auto& change : changes) {
    const auto plain_request = request;
    const auto plain_model = model;
    change();
    seen.insert(only_task().fingerprint);
    request = plain_request;
    model = plain_model;
    marks = {};
  }
  EXPECT_EQ(seen.size(), changes.size());
}

TEST_F(DrawingPlanTest, FieldsOfAFingerprintDoNotRunIntoEachOther) {
  request.prompt = "a cat1:b";
  const auto first = only_task().fingerprint;
  request.prompt = "a cat";
  request.negative_prompt = "1:b";
  EXPECT_NE(only_task().fingerprint, first);
}

// --- callers

TEST_F(DrawingPlanTest, ACallerIsTheKeyAndTheEndUserBehindIt) {
  std::set<std::string> callers;
  callers.insert(only_task().caller.value);
  for (auto* field : {&request.user, &request.safety_identifier, &marks.end_user}) {
    *field = "u";
    callers.insert(only_task().caller.value);
    field->clear();
  }
  context.caller = CallerId{"key 2"};
  callers.insert(only_task().caller.value);
  EXPECT_EQ(callers.size(), 5u);
}

// --- pictures to work from

Reference reference(ImageSize size, std::uint8_t digest) {
  Reference made;
  made.size = size;
  made.digest[0] = digest;
  return made;
}

TEST_F(DrawingPlanTest, AutoIsTheFirstPicturesShapeAtTheNormalArea) {
  model.max_references = 2;
  request.references = {reference({3000, 2000}, 1), reference({64, 64}, 2)};
  const auto& task = only_task();
  EXPECT_EQ(task.order.size, (ImageSize{1256, 840}));
  EXPECT_EQ(task.references.size(), 2u);
}

TEST_F(DrawingPlanTest, AModelThatOnlyEditsDrawsFromPictures) {
  model.text_to_image = false;
  model.max_references = 1;
  EXPECT_EQ(try_plan().error().param(), "model");
  request.references = {reference({64, 64}, 1)};
  EXPECT_TRUE(try_plan());
  request.references.push_back(reference({64, 64}, 2));
  EXPECT_EQ(try_plan().error().param(), "image");
}

TEST_F(DrawingPlanTest, OtherPicturesAreOtherWork) {
  model.max_references = 2;
  std::set<Fingerprint> seen;
  const auto remember = [&] { return seen.insert(only_task().fingerprint).second; };
  EXPECT_TRUE(remember());
  request.references = {reference({64, 64}, 1)};
  EXPECT_TRUE(remember());
  request.references = {reference({64, 64}, 2)};
  EXPECT_TRUE(remember());
  request.references.push_back(reference({64, 64}, 1));
  EXPECT_TRUE(remember());
  request.output.retouch =
      std::make_shared<const Retouch>(reference({64, 64}, 1), reference({64, 64}, 3));
  EXPECT_TRUE(remember());
  EXPECT_FALSE(remember()) << "and the same is the same";
}

TEST_F(DrawingPlanTest, WhatIsNotKeptIsNeitherJoinedNorSharedWithWhatIs) {
  request.seed = 7;
  const auto kept = only_task();
  request.keeping = Keeping::deliver_only;
  const auto delivered = only_task();
  EXPECT_NE(kept.fingerprint, delivered.fingerprint);
  EXPECT_TRUE(kept.cache_key.has_value());
  EXPECT_FALSE(delivered.cache_key.has_value());
}

TEST_F(DrawingPlanTest, WhereTheUpstreamDecidesAboutSizesNothingIsRefused) {
  model.any_size = true;
  EXPECT_EQ(only_task().order.size, ImageSize{}) << "auto is left to it";
  request.size = ImageSize{1001, 999};
  EXPECT_EQ(only_task().order.size, (ImageSize{1001, 999}));
}

TEST_F(DrawingPlanTest, ATransparentBackgroundNeedsAModelThatDrawsIt) {
  request.output.background = Background::transparent;
  EXPECT_EQ(try_plan().error().param(), "background");
  model.transparent = true;
  EXPECT_TRUE(only_task().order.transparent);
}

// --- several routes

class RoutedPlanTest : public DrawingPlanTest {
 protected:
  RoutedPlanTest() {
    cloud_model.upstream_id = "Large";
    cloud_model.steps.reset();
    cloud_model.seed = false;
    cloud_model.any_size = true;
    cloud_model.typical_duration = std::chrono::seconds(70);
    last_model.upstream_id = "Last";
    request.n = 2;
  }
  RouteChoice site_first() {
    return routed({{{&provider, &model}, ""},
                   {{&cloud, &cloud_model}, "lower priority"},
                   {{&last_one, &last_model}, "lower priority"}});
  }
  RouteChoice cloud_first() {
    return routed({{{&cloud, &cloud_model}, ""}, {{&provider, &model}, "lower priority"}});
  }
  DrawingPlan plan_by(const RouteChoice& routes) {
    return plan_drawing(request, routes, styles, marks, context, {.model_name = "auto"}, random)
        .value();
  }

  FakeProvider cloud{io.get_executor(), {.name = "cloud", .host = HostId{"cloud.example.com"}}};
  FakeProvider last_one{io.get_executor(), {.name = "last", .host = HostId{"last.example.com"}}};
  ModelInfo cloud_model = fake_model();
  ModelInfo last_model = fake_model();

 private:
  static RouteChoice routed(std::vector<RankedRoute> ranked) {
    RouteChoice choice;
    choice.routed = "auto";
    choice.ranked = std::move(ranked);
    return choice;
  }
};

TEST_F(RoutedPlanTest, TheOthersAreTheTasksAlternatives) {
  const auto planned = plan_by(site_first());
  ASSERT_EQ(planned.tasks.size(), 2u);
  for (const auto& task : planned.tasks) {
    ASSERT_TRUE(task->alternatives);
    ASSERT_EQ(task->alternatives->size(), 2u);
    const auto& large = *task->alternatives->front();
    EXPECT_EQ(task->order.upstream_model, "Fake");
    EXPECT_EQ(large.order.upstream_model, "Large");
    EXPECT_EQ(large.host, cloud.host());
    EXPECT_EQ(large.order.steps, 0) << "by that model's own rules";
    EXPECT_EQ(large.typical_duration, std::chrono::seconds(70));
    EXPECT_EQ(large.index, task->index);
    EXPECT_EQ(large.order.seed, task->order.seed);
    EXPECT_EQ(large.caller, task->caller);
    EXPECT_EQ(large.fingerprint, task->fingerprint);
  }
  EXPECT_NE(planned.tasks[0]->order.seed, planned.tasks[1]->order.seed);
}

TEST_F(RoutedPlanTest, AnAlternativeHasThoseBehindIt) {
  const auto planned = plan_by(site_first());
  const auto& task = *planned.tasks.front();
  const auto& second = *task.alternatives->front();
  ASSERT_TRUE(second.alternatives);
  EXPECT_EQ(second.alternatives->front(), task.alternatives->back());
  EXPECT_FALSE(second.alternatives->front()->alternatives);
}

TEST_F(RoutedPlanTest, EachSaysWhoDrawsAndWhyNotTheOthers) {
  request.negative_prompt = "dogs";
  const auto planned = plan_by(site_first());
  const auto& chosen = *planned.request;
  const auto& large = *planned.tasks.front()->alternatives->front()->request;
  EXPECT_EQ(chosen.id, large.id) << "one request";
  EXPECT_EQ(chosen.provider, "fake");
  EXPECT_EQ(large.provider, "cloud");
  EXPECT_EQ(chosen.model, "auto");
  EXPECT_THAT(chosen.route->rejected, ElementsAre(RejectedRoute{"cloud", "Large", "lower priority"},
                                                  RejectedRoute{"last", "Last", "lower priority"}));
  EXPECT_THAT(large.route->rejected, ElementsAre(RejectedRoute{"fake", "Fake", "gave way"},
                                                 RejectedRoute{"last", "Last", "lower priority"}));
  EXPECT_THAT(chosen.ignored, IsEmpty());
  EXPECT_THAT(large.ignored, ElementsAre("negative_prompt"));
}

TEST_F(RoutedPlanTest, ARepeatIsTheSameByWhateverRoute) {
  const auto before = plan_by(site_first()).tasks.front()->fingerprint;
  EXPECT_EQ(plan_by(cloud_first()).tasks.front()->fingerprint, before);
  request.prompt = "a dog";
  EXPECT_NE(plan_by(site_first()).tasks.front()->fingerprint, before);
}

TEST_F(RoutedPlanTest, WhatIsStoredIsFoundByWhoDrewIt) {
  request.seed = 7;
  const auto planned = plan_by(site_first());
  const auto& task = *planned.tasks.front();
  const auto& alone = only_task();
  EXPECT_EQ(task.cache_key, alone.cache_key) << "with and without routes";
  EXPECT_FALSE(task.alternatives->front()->cache_key) << "its model heeds no seed";
  EXPECT_TRUE(task.alternatives->back()->cache_key);
  EXPECT_NE(task.alternatives->back()->cache_key, task.cache_key);
}

TEST_F(RoutedPlanTest, WithoutRoutesNothingIsKeptOfThem) {
  EXPECT_FALSE(only_task().alternatives);
  EXPECT_FALSE(last.request->route);
}

TEST_F(DrawingPlanTest, AMaskGoesOnlyToAModelThatTakesOne) {
  request.references.resize(1);
  request.references.front().size = {64, 64};
  request.mask = request.references.front();
  model.max_references = 1;
  EXPECT_EQ(try_plan().error().param(), "mask");
  model.mask = true;
  EXPECT_TRUE(try_plan());
}

}  // namespace
}  // namespace gw
