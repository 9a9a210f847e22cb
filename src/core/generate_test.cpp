// The whole story of a request, on a real loop, with a provider that does as it is told.
#include "core/generate.hpp"

#include "tests/support/engine_rig.hpp"
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
using test::refused;
using testing::ElementsAre;

class GenerateTest : public test::GeneratorFixture {
 protected:
  using GeneratorFixture::GeneratorFixture;

  // One call of a client; leave() is how it goes before the answer.
  struct Call {
    std::optional<Result<Generation>> result;
    TaskGroup::Member coroutine;
    void leave() const { coroutine.cancel(); }
  };
  using CallPointer = std::shared_ptr<Call>;

  CallPointer start(GenerationRequest request = a_cat(), RepeatMarks marks = {}) {
    const auto call = std::make_shared<Call>();
    call->coroutine = loop.clients.spawn(play(std::move(request), std::move(marks), call));
    loop.turn();
    return call;
  }
  Result<Generation> ask(GenerationRequest request = a_cat(), RepeatMarks marks = {}) {
    const auto call = start(std::move(request), std::move(marks));
    loop.until([&] { return call->result.has_value(); });
    return std::move(*call->result);
  }

 private:
  Async<void> play(GenerationRequest request, RepeatMarks marks, CallPointer call) {
    call->result = co_await generator.generate(std::move(request), std::move(marks), context);
  }
};

// --- pictures

TEST_F(GenerateTest, OnePictureIsDrawnAndHandedOut) {
  const auto made = ask().value();
  ASSERT_EQ(made.items.size(), 1u);
  ASSERT_EQ(provider.orders().size(), 1u);
  const auto& order = provider.orders().front();
  EXPECT_EQ(order.prompt, "a cat");
  EXPECT_EQ(*made.items[0].value().picture.bytes, *FakeProvider::picture_of(order).bytes);
  EXPECT_EQ(made.items[0].value().seed, order.seed);
  EXPECT_EQ(made.model, "fake-model");
  EXPECT_EQ(made.provider, "fake");
  EXPECT_EQ(made.quality, Quality::low);
  EXPECT_EQ(made.revised_prompt, "");
  EXPECT_FALSE(made.adopted);
}

TEST_F(GenerateTest, SeveralPicturesAreSeveralDrawingsInOrder) {
  const auto made = ask(a_cat(5)).value();
  ASSERT_EQ(made.items.size(), 5u);
  ASSERT_EQ(provider.orders().size(), 5u);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(made.items[i].value().seed, provider.orders()[i].seed);
}

TEST_F(GenerateTest, TheAnswerWaitsForTheLastPicture) {
  provider.hold();
  const auto call = start(a_cat(2));
  EXPECT_FALSE(call->result);
  EXPECT_EQ(provider.orders().size(), 2u);
  provider.release();
  loop.turn();
  EXPECT_TRUE(call->result);
}

TEST_F(GenerateTest, BytesDoNotWaitForTheDisk) {
  loop.blobs.hold_writes(loop.io.get_executor());
  const auto call = start();
  ASSERT_TRUE(call->result);
  EXPECT_TRUE(call->result->has_value());
}

TEST_F(GenerateTest, ALinkWaitsForItsFile) {
  loop.blobs.hold_writes(loop.io.get_executor());
  const auto call = start(a_cat(1, ResponseForm::url));
  EXPECT_FALSE(call->result);
  loop.blobs.release_writes();
  loop.turn();
  ASSERT_TRUE(call->result);
  const auto& made = call->result->value().items.front().value();
  ASSERT_TRUE(made.stored);
  EXPECT_TRUE(loop.results.find(made.stored->file_name()));
  EXPECT_EQ(made.picture.bytes, nullptr);
}

TEST_F(GenerateTest, AConversionIsMadeOnTheWay) {
  auto request = a_cat();
  request.output.format = ImageFormat::webp;
  const auto made = ask(std::move(request)).value();
  EXPECT_EQ(made.items.front().value().picture.format, ImageFormat::webp);
}

TEST_F(GenerateTest, TheAnswerSaysWhatWasMadeOfTheRequest) {
  auto request = a_cat();
  request.style = "油画";
  request.quality = Quality::hd;
  request.negative_prompt = "dogs";
  const auto made = ask(std::move(request)).value();
  EXPECT_EQ(made.revised_prompt, "oil painting style, a cat");
  EXPECT_EQ(made.quality, Quality::high);
  EXPECT_THAT(made.ignored, ElementsAre("negative_prompt"));
}

// --- failures

TEST_F(GenerateTest, WhatFailedStandsBesideWhatWasMade) {
  provider.next({});
  provider.fail_next(refused(ErrorKind::content_rejected));
  const auto made = ask(a_cat(3)).value();
  ASSERT_EQ(made.items.size(), 3u);
  EXPECT_TRUE(made.items[0].has_value());
  EXPECT_EQ(made.items[1].error().kind(), ErrorKind::content_rejected);
  EXPECT_TRUE(made.items[2].has_value());
}

TEST_F(GenerateTest, WhenAllFailedTheMostTellingErrorIsTheAnswer) {
  provider.fail_next(refused(ErrorKind::upstream_unavailable));
  provider.fail_next(refused(ErrorKind::content_rejected));
  provider.fail_next(refused(ErrorKind::upstream_error));
  const auto failed = ask(a_cat(3));
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::content_rejected);
}

TEST_F(GenerateTest, OurOwnBugIsTheLeastTelling) {
  provider.next({.ending = FakeProvider::Throws{}, .sends = FakeProvider::Sends::never});
  provider.fail_next(refused(ErrorKind::upstream_error));
  const auto failed = ask(a_cat(2));
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::upstream_error);
}

TEST_F(GenerateTest, AThrowingProviderIsAnInternalErrorThatTellsNothing) {
  provider.next({.ending = FakeProvider::Throws{"secret"}, .sends = FakeProvider::Sends::never});
  const auto failed = ask();
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::internal);
  EXPECT_EQ(failed.error().message().find("secret"), std::string::npos);
}

TEST_F(GenerateTest, WhatCannotBeDrawnIsRefusedBeforeAnythingIsQueued) {
  auto unknown = a_cat();
  unknown.model = "no such model";
  EXPECT_EQ(ask(std::move(unknown)).error().kind(), ErrorKind::not_found);
  auto size = a_cat();
  size.size = ImageSize{1, 1};
  EXPECT_EQ(ask(std::move(size)).error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(loop.engine.counts().admitted, 0u);
}

TEST_F(GenerateTest, WhileTheDiskTakesNothingBytesAreAnsweredAndLinksRefused) {
  loop.blobs.faults.write = true;
  EXPECT_TRUE(ask().has_value());
  EXPECT_FALSE(loop.results.accepting());
  const auto link = ask(a_cat(1, ResponseForm::url));
  ASSERT_FALSE(link.has_value());
  EXPECT_EQ(link.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_EQ(provider.orders().size(), 1u);
}

TEST_F(GenerateTest, ALinkWhoseFileCannotBeWrittenIsStorageUnavailable) {
  loop.blobs.faults.write = true;
  const auto link = ask(a_cat(1, ResponseForm::url));
  ASSERT_FALSE(link.has_value());
  EXPECT_EQ(link.error().kind(), ErrorKind::storage_unavailable);
}

class GenerateWithAShortQueue : public GenerateTest {
 protected:
  GenerateWithAShortQueue() : GenerateTest({.max_queued = 1, .request_time = 100s}) {}
};

TEST_F(GenerateWithAShortQueue, AFullQueueIsTheAnswerAtOnce) {
  provider.hold();
  const auto drawing = start(a_cat(3));
  const auto full = ask();
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().kind(), ErrorKind::queue_full);
}

TEST_F(GenerateWithAShortQueue, WhetherThereIsRoomCanBeAskedBefore) {
  RepeatMarks keyed;
  keyed.idempotency_key = "key";
  auto anew = retry();
  anew.fresh = true;
  EXPECT_TRUE(generator.expect_room({}));
  provider.hold();
  const auto drawing = start(a_cat(3));
  EXPECT_EQ(generator.expect_room({}).error().kind(), ErrorKind::queue_full);
  EXPECT_TRUE(generator.expect_room(retry())) << "it may join its task";
  EXPECT_TRUE(generator.expect_room(keyed));
  EXPECT_FALSE(generator.expect_room(anew));
}

TEST_F(GenerateWithAShortQueue, TheDeadlineIsATimeout) {
  provider.hold();
  const auto call = start();
  clock.advance(100s);
  loop.engine.advance();
  loop.turn();
  ASSERT_TRUE(call->result);
  EXPECT_EQ(call->result->error().kind(), ErrorKind::upstream_timeout);
}

// Two slots: the first picture comes at once, the second waits for its next try until it is too
// late.
TEST_F(GenerateWithAShortQueue, ThePictureThatCameBeforeTheDeadlineIsAnswered) {
  for (const auto form : {ResponseForm::b64_json, ResponseForm::url}) {
    auto much_later = test::busy();
    much_later.pause = 200s;
    much_later.scope = Scope::request;
    provider.next({});
    provider.fail_next(much_later);
    const auto call = start(a_cat(2, form));
    EXPECT_FALSE(call->result);
    clock.advance(100s);
    loop.engine.advance();
    loop.turn();
    ASSERT_TRUE(call->result);
    ASSERT_TRUE(call->result->has_value()) << call->result->error().message();
    const auto& items = call->result->value().items;
    EXPECT_TRUE(items[0].has_value());
    EXPECT_EQ(items[1].error().kind(), ErrorKind::queue_timeout);
  }
}

TEST_F(GenerateWithAShortQueue, AtTheDeadlineBytesAreAnsweredWithoutTheirLateLink) {
  loop.blobs.hold_writes(loop.io.get_executor());
  const auto chat = start(a_cat(1, ResponseForm::both));
  auto other = a_cat(1, ResponseForm::both);
  other.output.format = ImageFormat::jpeg;
  const auto converted = start(other);
  EXPECT_FALSE(chat->result) << "the file may still come";
  clock.advance(100s);
  loop.engine.advance();
  loop.until([&] { return chat->result && converted->result; });
  loop.blobs.release_writes();
  for (const auto& call : {chat, converted}) {
    ASSERT_TRUE(call->result->has_value()) << call->result->error().message();
    const auto& item = call->result->value().items.front().value();
    EXPECT_TRUE(item.picture.bytes);
    EXPECT_FALSE(item.stored);
  }
}

// --- who leaves and comes back

TEST_F(GenerateTest, AClientThatLeavesDoesNotStopTheDrawingAndItsRepeatGetsIt) {
  provider.hold();
  const auto call = start();
  call->leave();
  loop.turn();
  EXPECT_FALSE(call->result);
  EXPECT_EQ(loop.engine.counts().running, 1u);

  const auto repeat = start(a_cat(), retry());
  provider.release();
  loop.turn();
  ASSERT_TRUE(repeat->result);
  const auto& made = repeat->result->value();
  EXPECT_TRUE(made.adopted);
  EXPECT_EQ(made.items.front().value().seed, provider.orders().front().seed);
  EXPECT_EQ(provider.orders().size(), 1u);
}

TEST_F(GenerateTest, AnAbandonedPictureIsKeptForItsRepeat) {
  provider.hold();
  start()->leave();
  provider.release();
  loop.turn();
  EXPECT_EQ(loop.engine.counts().settled.at(TaskState::done), 1u);

  const auto made = ask(a_cat(), retry()).value();
  EXPECT_TRUE(made.adopted);
  EXPECT_EQ(*made.items.front().value().picture.bytes,
            *FakeProvider::picture_of(provider.orders().front()).bytes);
  EXPECT_EQ(provider.orders().size(), 1u);
}

TEST_F(GenerateTest, AnAnswerThatWasNotDeliveredIsThereForTheRepeat) {
  {
    const auto lost_on_the_way = ask().value();
  }
  EXPECT_TRUE(ask(a_cat(), retry()).value().adopted);
  EXPECT_EQ(provider.orders().size(), 1u);
}

TEST_F(GenerateTest, AfterItsDeliveryTheSameRequestIsANewPicture) {
  {
    auto made = ask().value();
    for (auto& ticket : made.tickets) ticket.delivered();
  }
  EXPECT_FALSE(ask(a_cat(), retry()).value().adopted);
  EXPECT_EQ(provider.orders().size(), 2u);
}

TEST_F(GenerateTest, AClientThatLeavesTheQueueIsParkedAndMayComeBack) {
  provider.hold();
  const auto drawing = start(a_cat(2));
  auto request = a_cat();
  request.prompt = "a dog";
  start(request)->leave();
  loop.turn();
  EXPECT_EQ(loop.engine.counts().parked, 1u);
  const auto back = start(request, retry());
  EXPECT_EQ(loop.engine.counts().parked, 0u);
  provider.release();
  loop.turn();
  ASSERT_TRUE(back->result);
  EXPECT_TRUE(back->result->value().adopted);
  EXPECT_EQ(provider.orders().size(), 3u);
}

TEST_F(GenerateTest, OtherCallersNeverGetIt) {
  provider.hold();
  start()->leave();
  context.caller = CallerId{"key 2"};
  const auto other = start(a_cat(), retry());
  provider.release();
  loop.turn();
  EXPECT_FALSE(other->result->value().adopted);
  EXPECT_EQ(provider.orders().size(), 2u);
}

TEST_F(GenerateTest, TheSameIdempotencyKeyIsTheSamePicture) {
  RepeatMarks marks;
  marks.idempotency_key = "k";
  std::uint64_t seed = 0;
  {
    auto made = ask(a_cat(), marks).value();
    seed = made.items.front().value().seed;
    for (auto& ticket : made.tickets) ticket.delivered();
  }
  const auto again = ask(a_cat(), marks).value();
  EXPECT_EQ(again.items.front().value().seed, seed);
  EXPECT_EQ(provider.orders().size(), 1u);
  EXPECT_EQ(ask(a_cat(2), marks).error().param(), "Idempotency-Key");
}

TEST_F(GenerateTest, ARequestThatWantsNothingOldDrawsAnew) {
  provider.hold();
  start()->leave();
  RepeatMarks marks = retry();
  marks.fresh = true;
  const auto fresh = start(a_cat(), marks);
  provider.release();
  loop.turn();
  EXPECT_FALSE(fresh->result->value().adopted);
  EXPECT_EQ(provider.orders().size(), 2u);
}

// --- times

TEST_F(GenerateTest, TheAnswerKnowsItsTimes) {
  provider.hold();
  const auto call = start(a_cat(2));
  clock.advance(7s);
  provider.release();
  loop.turn();
  EXPECT_EQ(call->result->value().upstream, 7s);
  EXPECT_EQ(call->result->value().queued, 0s);
}

}  // namespace
}  // namespace gw
