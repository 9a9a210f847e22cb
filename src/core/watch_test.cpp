// What a watcher is told, and what becomes of pictures whose watcher leaves.
#include "core/watch.hpp"

#include "tests/support/engine_rig.hpp"
#include "tests/support/generator_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::a_cat;
using test::FakeProvider;
using test::refused;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FakeProvider::Options with_previews() {
  FakeProvider::Options options;
  options.models.front().previews = true;
  return options;
}

// Keeps what it was told, in words.
class Notes final {
 public:
  void operator()(const PictureGrew& grew) {
    pictures.push_back(*grew.picture.bytes);
    said.emplace_back("grew");
  }
  void operator()(const PictureMade& event) {
    pictures.push_back(*event.made.picture.bytes);
    said.push_back("made " + std::to_string(event.item));
  }
  void operator()(const PictureFailed& event) {
    said.push_back("failed " + std::to_string(event.item));
  }
  void operator()(const StillWaiting& news) { said.push_back(to_text(news)); }
  void operator()(WatchEnded) { said.emplace_back("ended"); }

  std::vector<std::string> said;
  std::vector<std::string> pictures;
};

class WatchTest : public test::GeneratorFixture {
 protected:
  explicit WatchTest(EngineOptions options = {}) : GeneratorFixture(options, with_previews()) {}

  struct Watcher {
    explicit Watcher(Watched admitted) : watched(std::move(admitted)) {}
    Watched watched;
    Notes notes;
    TaskGroup::Member coroutine;
    bool over = false;
  };
  using WatcherPointer = std::shared_ptr<Watcher>;

  Result<Watched> admit(const GenerationRequest& request = a_cat(), const RepeatMarks& marks = {}) {
    return watch(request, marks, Previews::wanted);
  }
  // Listens until the end; `at_most` between two events.
  WatcherPointer start(Watched admitted, std::chrono::milliseconds at_most = 1h) {
    auto watcher = std::make_shared<Watcher>(std::move(admitted));
    watcher->coroutine = loop.clients.spawn(listen(watcher, at_most));
    loop.turn();
    return watcher;
  }
  WatcherPointer start(const GenerationRequest& request = a_cat(), const RepeatMarks& marks = {}) {
    return start(admit(request, marks).value());
  }
  void leave(WatcherPointer& watcher) {
    watcher->coroutine.cancel();
    loop.turn();
    watcher.reset();
    loop.turn();
  }

 private:
  static Async<void> listen(WatcherPointer watcher, std::chrono::milliseconds at_most) {
    while (!watcher->over) {
      auto event = co_await watcher->watched.next(at_most);
      if (!event)
        watcher->notes.said.push_back("fell: " + std::string(to_string(event.error().kind())));
      if (event) std::visit(watcher->notes, *event);
      watcher->over = !event || std::holds_alternative<WatchEnded>(*event);
    }
  }
};

TEST_F(WatchTest, PicturesAreToldOfInTheOrderInWhichTheyAreFinished) {
  provider.hold();
  const auto admitted = start(a_cat(2));
  EXPECT_THAT(admitted->notes.said, IsEmpty());
  provider.release();
  loop.turn();
  EXPECT_THAT(admitted->notes.said, ElementsAre("made 0", "made 1", "ended"));
  EXPECT_EQ(admitted->notes.pictures.at(1),
            *FakeProvider::picture_of(provider.orders().at(1)).bytes);
}

TEST_F(WatchTest, ALaterPictureNeedNotWaitForAnEarlierOne) {
  auto later = test::busy();
  later.pause = 10s;
  later.scope = Scope::request;
  provider.fail_next(later);
  const auto watcher = start(a_cat(2));
  EXPECT_THAT(watcher->notes.said, ElementsAre("made 1"));
  clock.advance(10s);
  loop.engine.advance();
  loop.turn();
  EXPECT_THAT(watcher->notes.said, ElementsAre("made 1", "made 0", "ended"));
}

TEST_F(WatchTest, TheFactsAreKnownBeforeAnythingIsDrawn) {
  provider.hold();
  auto request = a_cat();
  request.style = "油画";
  request.negative_prompt = "dogs";
  request.seed = 7;
  const auto watched = admit(request).value();
  EXPECT_EQ(watched.facts().model, "fake-model");
  EXPECT_EQ(watched.facts().provider, "fake");
  EXPECT_EQ(watched.facts().revised_prompt, "oil painting style, a cat");
  EXPECT_THAT(watched.facts().ignored, ElementsAre("negative_prompt"));
  EXPECT_FALSE(watched.facts().adopted);
  EXPECT_EQ(watched.seed(0), 7u);
}

TEST_F(WatchTest, WhatCannotBeAdmittedIsRefusedAtOnce) {
  auto request = a_cat();
  request.model = "no such model";
  const auto refusal = admit(request);
  ASSERT_FALSE(refusal);
  EXPECT_EQ(refusal.error().kind(), ErrorKind::not_found);
}

// --- previews

TEST_F(WatchTest, PreviewsAreShownAsTheyCome) {
  provider.hold();
  const auto watcher = start();
  EXPECT_TRUE(provider.is_watched());
  provider.show("first look");
  loop.turn();
  provider.show("second look");
  loop.turn();
  EXPECT_THAT(watcher->notes.said, ElementsAre("grew", "grew"));
  EXPECT_THAT(watcher->notes.pictures,
              ElementsAre(HasSubstr("first look"), HasSubstr("second look")));
  provider.release();
  loop.turn();
  EXPECT_THAT(watcher->notes.said, ElementsAre("grew", "grew", "made 0", "ended"));
}

TEST_F(WatchTest, WhoLooksSeldomSeesTheNewest) {
  provider.hold();
  const auto watcher = start();
  provider.show("first look");
  provider.show("second look");
  loop.turn();
  EXPECT_THAT(watcher->notes.pictures, ElementsAre(HasSubstr("second look")));
}

TEST_F(WatchTest, PreviewsComeInTheFormatThatWasAskedFor) {
  provider.hold();
  auto request = a_cat();
  request.output.format = ImageFormat::webp;
  const auto watcher = start(request);
  provider.show("a look");
  loop.until([&] { return !watcher->notes.said.empty(); });
  EXPECT_THAT(watcher->notes.pictures, ElementsAre(HasSubstr("a look as webp")));
}

TEST_F(WatchTest, OfSeveralPicturesThereAreNoPreviewsAndItIsSaid) {
  provider.hold();
  const auto watcher = start(a_cat(2));
  EXPECT_FALSE(provider.is_watched());
  EXPECT_THAT(watcher->watched.facts().ignored, ElementsAre("partial_images"));
}

// --- failures

TEST_F(WatchTest, AFailureStandsBesideWhatWasMade) {
  provider.fail_next(refused(ErrorKind::content_rejected));
  const auto watcher = start(a_cat(2));
  EXPECT_THAT(watcher->notes.said, ElementsAre("failed 0", "made 1", "ended"));
}

TEST_F(WatchTest, WhenAllFailedTheMostTellingErrorIsTheEnd) {
  provider.fail_next(refused(ErrorKind::upstream_error));
  provider.fail_next(refused(ErrorKind::content_rejected));
  const auto watcher = start(a_cat(2));
  EXPECT_THAT(watcher->notes.said, ElementsAre("failed 0", "failed 1", "fell: content_rejected"));
}

// --- news

TEST_F(WatchTest, NewsComeWhenNothingElseDoes) {
  provider.hold();
  const auto watcher = start(admit().value(), 1ms);
  loop.until([&] { return watcher->notes.said.size() >= 2; });
  clock.advance(12'400ms);
  const auto before = watcher->notes.said.size();
  loop.until([&] { return watcher->notes.said.size() >= before + 2; });
  EXPECT_EQ(watcher->notes.said.front(), "drawing 0.0s");
  EXPECT_EQ(watcher->notes.said.back(), "drawing 12.4s");
}

TEST_F(WatchTest, NewsTellTheNearestPicture) {
  provider.hold();
  const auto drawing = admit(a_cat(2)).value();
  auto second = a_cat();
  second.prompt = "a dog";
  const auto waiting = admit(second).value();
  loop.turn();
  clock.advance(2s);
  EXPECT_EQ(to_text(drawing.news()), "drawing 2.0s, 0/2 done");
  EXPECT_EQ(to_text(waiting.news()), "queued 1/1");
}

// --- all at once

TEST_F(WatchTest, AllAtOnceIsThereWhenTheLastPictureIs) {
  provider.hold();
  auto watched = admit(a_cat(2)).value();
  loop.turn();
  EXPECT_FALSE(watched.all_ready());
  provider.release();
  loop.turn();
  EXPECT_TRUE(watched.all_ready());
}

// --- who leaves and comes back

TEST_F(WatchTest, WhoLeavesWhileItIsDrawnGetsItWhenHeComesBack) {
  provider.hold();
  auto watcher = start();
  leave(watcher);
  EXPECT_EQ(loop.engine.counts().running, 1u);
  const auto back = start(a_cat(), retry());
  EXPECT_TRUE(back->watched.facts().adopted);
  provider.release();
  loop.turn();
  EXPECT_THAT(back->notes.said, ElementsAre("made 0", "ended"));
  EXPECT_EQ(provider.orders().size(), 1u);
}

TEST_F(WatchTest, WhatWasToldButNotDeliveredIsThereForTheRepeat) {
  auto watcher = start(a_cat(2));
  EXPECT_TRUE(watcher->over);
  leave(watcher);
  const auto back = start(a_cat(2), retry());
  EXPECT_TRUE(back->watched.facts().adopted);
  EXPECT_EQ(provider.orders().size(), 2u);
}

TEST_F(WatchTest, AfterDeliveryTheSameRequestIsANewPicture) {
  auto watcher = start();
  watcher->watched.delivered();
  leave(watcher);
  const auto again = start(a_cat(), retry());
  EXPECT_FALSE(again->watched.facts().adopted);
  EXPECT_EQ(provider.orders().size(), 2u);
}

TEST_F(WatchTest, APlainCallMayTakeOverWhatWasWatched) {
  provider.hold();
  auto watcher = start();
  leave(watcher);
  EXPECT_TRUE(watch(a_cat(), retry())->facts().adopted);
}

// --- words

TEST(NewsText, SaysWhereThePictureIs) {
  EXPECT_EQ(to_text({{Progress::Stage::queued, 3, 7}, 0, 1}), "queued 3/7");
  EXPECT_EQ(to_text({{Progress::Stage::drawing, 0, 0, 12'449ms}, 1, 4}), "drawing 12.4s, 1/4 done");
  EXPECT_EQ(to_text({{Progress::Stage::drawn}, 0, 1}), "drawn");
}

}  // namespace
}  // namespace gw
