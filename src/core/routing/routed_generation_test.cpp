// Requests of a name with several routes, over the whole core.
#include "core/generate.hpp"
#include "tests/support/generator_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::a_cat;
using test::FakeProvider;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

ModelInfo large() {
  auto model = test::fake_model("large");
  model.upstream_id = "Large";
  return model;
}

UpstreamFailure failure(bool unpaid) {
  UpstreamFailure failure;
  failure.error = Error(ErrorKind::upstream_error, "it is broken");
  failure.unpaid = unpaid;
  return failure;
}

// "auto" is drawn by "fake", and by "cloud" where that cannot.
class RoutedGenerationTest : public test::GeneratorFixture {
 protected:
  RoutedGenerationTest() { loop.add(cloud); }

  struct Call {
    std::optional<Result<Generation>> result;
    TaskGroup::Member coroutine;
  };
  std::shared_ptr<Call> start(RouteStrategy strategy = RouteStrategy::priority,
                              RepeatMarks marks = {}) {
    use(strategy);
    const auto call = std::make_shared<Call>();
    call->coroutine = loop.clients.spawn(play(std::move(marks), call));
    loop.turn();
    return call;
  }
  Result<Generation> end(const std::shared_ptr<Call>& call) {
    loop.until([&] { return call->result.has_value(); });
    return std::move(*call->result);
  }
  Result<Generation> ask(RouteStrategy strategy = RouteStrategy::priority) {
    return end(start(strategy));
  }

  FakeProvider cloud{loop.io.get_executor(),
                     {.name = "cloud", .host = HostId{"cloud"}, .models = {large()}}};
  ModelCatalog both =
      ModelCatalog::create({&provider, &cloud}, {.aliases = {{"auto", "fake/fake-model"}}}).value();

 private:
  void use(RouteStrategy strategy) {
    table_ = {{"auto", {strategy, {{"fake/fake-model"}, {"cloud/large"}}}}};
    book_ = std::make_unique<RouteBook>(both, table_);
    desk_ = std::make_unique<RouteDesk>(*book_, loop.engine, loop.engine.durations(), clock,
                                        loop.random);
    routed_ = std::make_unique<Generator>(*desk_, styles, loop.engine, loop.results, finisher,
                                          loop.io.get_executor(), loop.random);
  }
  Async<void> play(RepeatMarks marks, std::shared_ptr<Call> call) {
    auto request = a_cat();
    request.model = "auto";
    call->result = co_await routed_->generate(request, marks, context);
  }

  RouteTable table_;
  std::unique_ptr<RouteBook> book_;
  std::unique_ptr<RouteDesk> desk_;
  std::unique_ptr<Generator> routed_;
};

TEST_F(RoutedGenerationTest, TheAnswerSaysWhoDrewAndWhyNotTheOther) {
  const auto made = ask().value();
  EXPECT_EQ(made.model, "auto");
  EXPECT_EQ(made.provider, "fake");
  EXPECT_EQ(made.upstream_model, "Fake");
  EXPECT_THAT(made.route->rejected,
              ElementsAre(RejectedRoute{"cloud", "Large", "later in the list"}));
}

TEST_F(RoutedGenerationTest, WhatIsKnownToBeUnpaidGoesToTheNext) {
  provider.fail_next(failure(true));
  const auto made = ask().value();
  EXPECT_EQ(made.provider, "cloud");
  EXPECT_EQ(made.upstream_model, "Large");
  EXPECT_THAT(made.route->rejected, ElementsAre(RejectedRoute{"fake", "Fake", "gave way"}));
  ASSERT_THAT(cloud.orders(), SizeIs(1));
  EXPECT_EQ(cloud.orders().front().seed, provider.orders().front().seed);
}

TEST_F(RoutedGenerationTest, WhatWasNeverSentGoesToTheNext) {
  provider.next({.ending = failure(false), .sends = FakeProvider::Sends::never});
  EXPECT_EQ(ask().value().provider, "cloud");
}

TEST_F(RoutedGenerationTest, WhatMayHaveBeenPaidGoesNowhere) {
  provider.fail_next(failure(false));
  const auto failed = ask();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind(), ErrorKind::upstream_error);
  auto lost = failure(true);
  lost.slot_unsure = true;
  provider.fail_next(lost);
  EXPECT_FALSE(ask());
  EXPECT_THAT(cloud.orders(), IsEmpty());
}

TEST_F(RoutedGenerationTest, WhatOneHasRejectedIsNotShownToTheNext) {
  auto rejected = failure(true);
  rejected.error = Error(ErrorKind::content_rejected, "not that");
  provider.fail_next(rejected);
  EXPECT_EQ(ask().error().kind(), ErrorKind::content_rejected);
  EXPECT_THAT(cloud.orders(), IsEmpty());
}

TEST_F(RoutedGenerationTest, TheLastOnesFailureIsTheAnswer) {
  provider.fail_next(failure(true));
  auto last = failure(true);
  last.error = Error(ErrorKind::quota_exhausted, "spent");
  cloud.fail_next(last);
  EXPECT_EQ(ask().error().kind(), ErrorKind::quota_exhausted);
}

TEST_F(RoutedGenerationTest, ARepeatIsAdoptedAlthoughItWouldNowGoAnotherWay) {
  provider.hold();
  const auto first = start(RouteStrategy::least_busy);
  first->coroutine.cancel();
  loop.turn();
  const auto again = start(RouteStrategy::least_busy, retry());
  provider.release();
  const auto made = end(again).value();
  EXPECT_TRUE(made.adopted);
  EXPECT_EQ(made.provider, "fake");
  EXPECT_THAT(cloud.orders(), IsEmpty());
}

TEST_F(RoutedGenerationTest, TheLeastBusyDraws) {
  provider.hold();
  const auto first = start(RouteStrategy::least_busy);
  const auto second = ask(RouteStrategy::least_busy).value();
  EXPECT_EQ(second.provider, "cloud");
  EXPECT_THAT(second.route->rejected,
              ElementsAre(RejectedRoute{"fake", "Fake", "busy: 1 of 2 drawing"}));
  provider.release();
  EXPECT_EQ(end(first).value().provider, "fake");
}

TEST_F(RoutedGenerationTest, WhatADrawingTookIsRemembered) {
  EXPECT_TRUE(ask());
  EXPECT_TRUE(loop.engine.durations().median(provider.host(), "Fake", clock.now()));
  EXPECT_FALSE(loop.engine.durations().median(cloud.host(), "Large", clock.now()));
}

TEST_F(RoutedGenerationTest, AShutUpstreamIsPassedBy) {
  auto challenged = failure(true);
  challenged.act = Act::wait;
  challenged.scope = Scope::host;
  challenged.shut = HostShut{Error(ErrorKind::upstream_challenged, "a human is wanted"), {}};
  provider.fail_next(challenged);
  EXPECT_EQ(ask().value().provider, "cloud");
  const auto next = ask().value();
  EXPECT_EQ(next.provider, "cloud");
  EXPECT_THAT(next.route->rejected,
              ElementsAre(RejectedRoute{"fake", "Fake", "shut: upstream_challenged"}));
  EXPECT_THAT(provider.orders(), SizeIs(1));
}

}  // namespace
}  // namespace gw
