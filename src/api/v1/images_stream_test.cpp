// The streamed answers of the Images API, byte by byte.
#include "api/v1/images_stream.hpp"

#include "base/base64.hpp"
#include "tests/support/body_reader.hpp"
#include "tests/support/engine_rig.hpp"
#include "tests/support/generator_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
using test::a_cat;
using test::FakeProvider;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

FakeProvider::Options with_previews() {
  FakeProvider::Options options;
  options.models.front().previews = true;
  return options;
}

GenerationRequest watched_cat(int previews = 0, int n = 1) {
  auto request = a_cat(n);
  request.stream = true;
  request.previews = previews;
  return request;
}

class ImagesStreamTest : public test::GeneratorFixture {
 protected:
  ImagesStreamTest() : GeneratorFixture({}, with_previews()) { context.request_id = "req_1"; }

  Result<http::Response> opened(Task<http::Response> opening) {
    return test::run_until_done(loop.io, std::move(opening));
  }
  Result<http::Response> open(const GenerationRequest& request,
                              ImageEvents events = ImageEvents::generation) {
    return opened(streams.open(request, {}, context, events));
  }
  test::BodyReader read(const GenerationRequest& request,
                        ImageEvents events = ImageEvents::generation) {
    test::BodyReader reader(loop.clients, open(request, events).value());
    loop.turn();
    return reader;
  }
  // A whole event, for a picture of the fake provider's n-th order.
  std::string completed(std::string_view kind, std::size_t order, std::string_view more = "") {
    const auto& drawn = provider.orders().at(order);
    return fmt::format(
        "event: {0}.completed\ndata: {{\"type\":\"{0}.completed\",\"b64_json\":\"{1}\","
        "\"created_at\":1700000000,\"size\":\"1024x1024\",\"quality\":\"low\","
        "\"background\":\"auto\",\"output_format\":\"png\"{2},\"seed\":{3}}}\n\n",
        kind, base64_encode(*FakeProvider::picture_of(drawn).bytes), more, drawn.seed);
  }
  bool has_noted(std::string_view field, const RequestContext::Field& value) const {
    const auto& noted = context.log_fields;
    return std::ranges::find(noted, std::pair(field, value)) != noted.end();
  }

  ImageStreams streams{generator, clock, loop.engine.pictures_in_memory(), 1h};
};

TEST_F(ImagesStreamTest, APictureIsOneCompletedEventAndNothingMarksTheEnd) {
  provider.hold();
  const auto reader = read(watched_cat());
  provider.release();
  loop.turn();
  EXPECT_EQ(reader.text(), ": drawing 0.0s\n\n" + completed("image_generation", 0));
  EXPECT_TRUE(reader.over());
}

TEST_F(ImagesStreamTest, PreviewsAreNumberedInTheirOrder) {
  provider.hold();
  const auto reader = read(watched_cat(2));
  for (const auto* look : {"one", "two", "three"}) {
    provider.show(look);
    loop.turn();
  }
  provider.release();
  loop.turn();
  const auto partial = [](std::string_view look, int index) {
    return fmt::format(
        "event: image_generation.partial_image\n"
        "data: {{\"type\":\"image_generation.partial_image\",\"b64_json\":\"{}\","
        "\"partial_image_index\":{},\"created_at\":1700000000,\"size\":\"64x64\","
        "\"quality\":\"low\",\"background\":\"auto\",\"output_format\":\"png\"}}\n\n",
        base64_encode(test::fake_png({64, 64}, look)), index);
  };
  EXPECT_EQ(reader.text(), ": drawing 0.0s\n\n" + partial("one", 0) + partial("two", 1) +
                               completed("image_generation", 0))
      << "and no more of them than were asked for";
}

TEST_F(ImagesStreamTest, WithoutPreviewsAskedForNoneAreMade) {
  provider.hold();
  const auto reader = read(watched_cat(0));
  EXPECT_FALSE(provider.is_watched());
}

TEST_F(ImagesStreamTest, EditsHaveNamesOfTheirOwn) {
  const auto reader = read(watched_cat(), ImageEvents::edit);
  EXPECT_THAT(reader.text(), EndsWith(completed("image_edit", 0)));
}

TEST_F(ImagesStreamTest, SeveralPicturesAreSeveralCompletedEvents) {
  provider.hold();
  const auto reader = read(watched_cat(1, 2));
  provider.release();
  loop.turn();
  EXPECT_EQ(reader.text(), ": drawing 0.0s, 0/2 done\n\n" + completed("image_generation", 0) +
                               completed("image_generation", 1));
  EXPECT_EQ(reader.headers().find("x-ignored-params"), "partial_images")
      << "previews of several cannot be told apart";
}

TEST_F(ImagesStreamTest, WhatItWasMadeOfIsToldBehindTheUsualFields) {
  auto request = watched_cat();
  request.style = "油画";
  request.safety_identifier = "child \"1\"";
  const auto reader = read(request);
  EXPECT_THAT(reader.text(),
              EndsWith(completed("image_generation", 0,
                                 R"(,"safety_identifier":"child \"1\"")"
                                 R"(,"revised_prompt":"oil painting style, a cat")")));
}

TEST_F(ImagesStreamTest, TheHeadSaysWhatIsKnown) {
  auto request = watched_cat();
  request.seed = 7;
  request.form = ResponseForm::url;
  request.ignored = {"user"};
  const auto response = open(request).value();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "text/event-stream");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-cache");
  EXPECT_EQ(response.headers.find("X-Accel-Buffering"), "no");
  EXPECT_EQ(response.headers.find("x-provider"), "fake");
  EXPECT_EQ(response.headers.find("x-seed"), "7");
  EXPECT_EQ(response.headers.find("x-ignored-params"), "user, response_format");
}

// --- failures

TEST_F(ImagesStreamTest, WhatIsRefusedIsRefusedBeforeTheFirstByte) {
  auto request = watched_cat();
  request.model = "no such model";
  const auto refusal = open(request);
  ASSERT_FALSE(refusal);
  EXPECT_EQ(refusal.error().kind(), ErrorKind::not_found);
}

TEST_F(ImagesStreamTest, AFailureIsANestedErrorEventAndTheEnd) {
  provider.fail_next(test::refused(ErrorKind::content_rejected));
  const auto reader = read(watched_cat());
  EXPECT_THAT(reader.text(), EndsWith("event: error\n"
                                      R"(data: {"type":"error","error":{"message":"scripted",)"
                                      R"("type":"invalid_request_error","param":null,)"
                                      R"("code":"content_policy_violation"}})"
                                      "\n\n"));
  EXPECT_TRUE(reader.over());
  EXPECT_TRUE(has_noted("error", std::string("content_rejected")));
}

TEST_F(ImagesStreamTest, TheEndOfTheServerIsAnErrorEventToo) {
  provider.hold();
  auto reader = read(watched_cat());
  reader.leave();
  loop.turn();
  EXPECT_TRUE(reader.conclude(loop.clients, Error(ErrorKind::shutting_down, "closing")));
  loop.turn();
  EXPECT_THAT(reader.text(), EndsWith("event: error\n"
                                      R"(data: {"type":"error","error":{"message":"closing",)"
                                      R"("type":"server_error","param":null,)"
                                      R"("code":"shutting_down"}})"
                                      "\n\n"));
  EXPECT_TRUE(reader.over());
}

TEST_F(ImagesStreamTest, TheEndOfTheServerAddsNothingToAWholeStream) {
  auto reader = read(watched_cat());
  const auto whole = reader.text();
  EXPECT_TRUE(reader.conclude(loop.clients, Error(ErrorKind::shutting_down, "closing")));
  loop.turn();
  EXPECT_EQ(reader.text(), whole);
}

TEST_F(ImagesStreamTest, OneFailureAmongSeveralDoesNotSpoilTheRest) {
  provider.fail_next(test::refused(ErrorKind::content_rejected));
  const auto reader = read(watched_cat(0, 2));
  EXPECT_THAT(reader.text(), Not(HasSubstr("event: error")));
  EXPECT_THAT(reader.text(), HasSubstr(": picture 1 of 2 failed: content_rejected\n\n"));
  EXPECT_THAT(reader.text(), EndsWith(completed("image_generation", 1)));
  EXPECT_TRUE(has_noted("failed", std::string("content_rejected")));
  EXPECT_TRUE(has_noted("pictures", std::int64_t{1}));
}

TEST_F(ImagesStreamTest, WhenAllFailOneErrorIsTold) {
  provider.fail_next(test::refused());
  provider.fail_next(test::refused(ErrorKind::content_rejected));
  const auto reader = read(watched_cat(0, 2));
  const auto first = reader.text().find("event: error");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(reader.text().find("event: error", first + 1), std::string::npos);
  EXPECT_THAT(reader.text().substr(first), HasSubstr("content_policy_violation"));
}

// --- life

TEST_F(ImagesStreamTest, CommentsCarryTheNews) {
  const ImageStreams hasty(generator, clock, loop.engine.pictures_in_memory(), 1ms);
  provider.hold();
  auto response = opened(hasty.open(watched_cat(), {}, context, ImageEvents::generation));
  test::BodyReader reader(loop.clients, std::move(response).value());
  clock.advance(12'400ms);
  loop.until([&] { return reader.text().ends_with(": drawing 12.4s\n\n"); });
  provider.release();
  loop.until([&] { return reader.over(); });
  EXPECT_THAT(reader.text(), HasSubstr("event: image_generation.completed\n"));
}

TEST_F(ImagesStreamTest, ThePicturesBytesCountWhileTheyAreOnTheirWay) {
  loop.blobs.hold_writes(loop.io.get_executor());
  std::optional<test::BodyReader> reader(read(watched_cat()));
  const auto encoded = reader->pieces().at(3);
  EXPECT_EQ(*encoded, base64_encode(*FakeProvider::picture_of(provider.orders().front()).bytes));
  EXPECT_GE(loop.engine.pictures_in_memory().used(), encoded->size());
  loop.blobs.release_writes();
  loop.turn();
}

TEST_F(ImagesStreamTest, WhatAClientDidNotGetIsKeptForItsRepeat) {
  provider.hold();
  {
    auto reader = read(watched_cat());
    reader.leave();
    loop.turn();
  }
  loop.turn();
  provider.release();
  loop.turn();
  const auto repeat =
      opened(streams.open(watched_cat(), retry(), context, ImageEvents::generation));
  EXPECT_EQ(repeat->headers.find("x-adopted"), "1");
  EXPECT_EQ(provider.orders().size(), 1u);
}

TEST_F(ImagesStreamTest, WhatItGotIsNot) {
  {
    const auto reader = read(watched_cat());
    EXPECT_TRUE(reader.over());
  }
  const auto repeat =
      opened(streams.open(watched_cat(), retry(), context, ImageEvents::generation));
  EXPECT_EQ(repeat->headers.find("x-adopted"), std::nullopt);
}

}  // namespace
}  // namespace gw::api
