#include "providers/demo/provider.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace gw::demo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// "Paints" what it was asked for as text.
class EchoPainter final : public Painter {
 public:
  Result<SharedBytes> paint(const std::string& prompt, std::uint64_t seed,
                            ImageSize size) const override {
    if (size.width == 0) return fail(Error::invalid_request("size", "no"));
    return share(prompt + '/' + std::to_string(seed) + '/' + to_string(size));
  }
  Result<SharedBytes> sketch(const std::string& prompt, std::uint64_t seed, ImageSize size,
                             std::uint32_t grain) const override {
    return share(**paint(prompt, seed, size) + '~' + std::to_string(grain));
  }
};

class CountingAttempt final : public Attempt {
 public:
  Task<void> sending() override {
    ++sent;
    co_return Done();
  }
  void preview(Picture picture) override { previews.push_back(*picture.bytes); }
  bool wants_previews() const override { return watched; }
  int sent = 0;
  bool watched = false;
  std::vector<std::string> previews;
};

class DemoProviderTest : public testing::Test {
 protected:
  Answer draw(ImageOrder order, Options options = {}) {
    const auto provider = make_provider(options, painter, pool, {});
    std::optional<Answer> answer;
    asio::co_spawn(io, provider->draw(order, attempt),
                   [&answer](std::exception_ptr bug, Answer made) {
                     if (bug) std::rethrow_exception(bug);
                     answer = std::move(made);
                   });
    io.restart();
    io.run();
    return std::move(answer).value();
  }

  static ImageOrder order(std::string prompt, std::uint64_t seed) {
    ImageOrder out;
    out.prompt = std::move(prompt);
    out.seed = seed;
    out.size = {64, 48};
    return out;
  }

  int failures(double rate) {
    int failed = 0;
    Options options;
    options.failure_rate = rate;
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
      failed += draw(order("a cat", seed), options) ? 0 : 1;
    return failed;
  }

  asio::io_context io;
  WorkerPool pool{io.get_executor(), 1};
  EchoPainter painter;
  CountingAttempt attempt;
};

TEST_F(DemoProviderTest, PaintsTheOrder) {
  const auto answer = draw(order("a cat", 7));
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer->bytes, "a cat/7/64x48");
  EXPECT_EQ(answer->format, ImageFormat::png);
  EXPECT_EQ(answer->size, (ImageSize{64, 48}));
  EXPECT_EQ(attempt.sent, 1);
}

TEST_F(DemoProviderTest, ShowsCoarserStagesToThoseWhoWatch) {
  attempt.watched = true;
  const auto answer = draw(order("a cat", 7));
  EXPECT_THAT(attempt.previews,
              ElementsAre("a cat/7/64x48~6", "a cat/7/64x48~2", "a cat/7/64x48~1"));
  EXPECT_EQ(*answer->bytes, "a cat/7/64x48");
}

TEST_F(DemoProviderTest, SketchesNothingThatNobodyWantsToSee) {
  draw(order("a cat", 7)).value();
  EXPECT_THAT(attempt.previews, IsEmpty());
}

TEST_F(DemoProviderTest, LetsReferencesChangeThePicture) {
  auto with_reference = order("a cat", 7);
  with_reference.references.push_back(share("some picture"));
  EXPECT_NE(*draw(with_reference)->bytes, *draw(order("a cat", 7))->bytes);
  EXPECT_EQ(*draw(with_reference)->bytes, *draw(with_reference)->bytes);
}

TEST_F(DemoProviderTest, FailsAsOftenAsItIsTold) {
  EXPECT_EQ(failures(0), 0);
  EXPECT_EQ(failures(1), 200);
  EXPECT_NEAR(failures(0.3), 60, 25);
}

TEST_F(DemoProviderTest, FailsTheSameOrdersAgain) {
  Options options;
  options.failure_rate = 0.5;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(draw(order("a cat", seed), options).has_value(),
              draw(order("a cat", seed), options).has_value());
  }
}

TEST_F(DemoProviderTest, EndsTheTaskWithAFailure) {
  Options options;
  options.failure_rate = 1;
  const auto answer = draw(order("a cat", 7), options);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
  EXPECT_EQ(answer.error().act, Act::fail);
  EXPECT_FALSE(answer.error().slot_unsure);
  EXPECT_EQ(attempt.sent, 1);
}

TEST_F(DemoProviderTest, PassesThePaintersRefusalOn) {
  auto nothing = order("a cat", 7);
  nothing.size = {};
  const auto answer = draw(nothing);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.param(), "size");
}

TEST_F(DemoProviderTest, WaitsBeforeItPaintsButBehindTheMarkOfSending) {
  Options options;
  options.delay = std::chrono::hours(1);
  const auto provider = make_provider(options, painter, pool, {});
  const auto wanted = order("a cat", 7);
  bool answered = false;
  asio::co_spawn(io, provider->draw(wanted, attempt),
                 [&answered](std::exception_ptr, const Answer&) { answered = true; });

  io.poll();

  EXPECT_EQ(attempt.sent, 1);
  EXPECT_FALSE(answered);
}

TEST_F(DemoProviderTest, IntroducesItself) {
  Options options;
  options.parallel = 3;
  const auto provider = make_provider(options, painter, pool, {ModelInfo{}});
  EXPECT_EQ(provider->name(), "demo");
  EXPECT_EQ(provider->host().value, "demo");
  EXPECT_EQ(provider->host_limit(), 3u);
  EXPECT_THAT(provider->models(), SizeIs(1));
}

}  // namespace
}  // namespace gw::demo
