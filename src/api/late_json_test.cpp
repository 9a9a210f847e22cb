// JSON that is announced before it is there.
#include "api/late_json.hpp"

#include "tests/support/body_reader.hpp"
#include "tests/support/engine_rig.hpp"
#include "tests/support/generator_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
using test::a_cat;
using testing::EndsWith;

class LateJsonTest : public test::GeneratorFixture {
 protected:
  http::Response answer(std::chrono::milliseconds heartbeat = 1h, const RepeatMarks& marks = {}) {
    auto watched = watch(a_cat(), marks).value();
    return late_json(std::move(watched), heartbeat, [](Result<Generation> generation) {
      auto response =
          http::json_response(generation ? 200 : 502, generation ? "{}" : "{\"error\":1}");
      if (!generation) return response;
      auto held = std::make_shared<Generation>(*std::move(generation));
      response.written = [held] {
        for (auto& ticket : held->tickets) ticket.delivered();
      };
      return response;
    });
  }
  test::BodyReader read(http::Response response) {
    test::BodyReader reader(loop.clients, std::move(response));
    loop.turn();
    return reader;
  }
};

TEST_F(LateJsonTest, TheFirstSpaceComesAtOnceAndTheDocumentWhenItIsThere) {
  provider.hold();
  const auto reader = read(answer());
  EXPECT_EQ(reader.text(), " ");
  provider.release();
  loop.turn();
  EXPECT_EQ(reader.text(), " {}");
  EXPECT_TRUE(reader.over());
}

TEST_F(LateJsonTest, MoreSpacesComeWhileItIsDrawn) {
  provider.hold();
  const auto reader = read(answer(1ms));
  loop.until([&] { return reader.text().size() >= 3; });
  provider.release();
  loop.until([&] { return reader.over(); });
  EXPECT_THAT(reader.text(), EndsWith("   {}"));
  EXPECT_EQ(reader.text().find_first_not_of(' '), reader.text().size() - 2);
}

TEST_F(LateJsonTest, AnErrorComesInTheSamePlace) {
  provider.fail_next(test::refused());
  auto response = answer();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(read(std::move(response)).text(), " {\"error\":1}");
}

TEST_F(LateJsonTest, TheEndOfTheServerIsAnErrorInTheSamePlace) {
  provider.hold();
  auto reader = read(answer());
  reader.leave();
  loop.turn();
  EXPECT_TRUE(reader.conclude(loop.clients, Error(ErrorKind::shutting_down, "closing")));
  loop.turn();
  EXPECT_EQ(reader.text(), " {\"error\":1}");
  EXPECT_TRUE(reader.over());
}

TEST_F(LateJsonTest, TheHeadSaysWhatIsKnown) {
  const auto response = answer();
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  EXPECT_EQ(response.headers.find("X-Accel-Buffering"), "no");
  EXPECT_EQ(response.headers.find("x-provider"), "fake");
}

TEST_F(LateJsonTest, OnlyWhatIsAllOutIsDelivered) {
  provider.hold();
  {
    auto reader = read(answer());
    reader.leave();
    loop.turn();
  }
  loop.turn();
  provider.release();
  loop.turn();
  EXPECT_EQ(read(answer(1h, retry())).headers().find("x-adopted"), "1");
  EXPECT_EQ(answer(1h, retry()).headers.find("x-adopted"), std::nullopt);
}

TEST(WantsHeartbeat, OnlyWhiteSpaceIsKnown) {
  http::Headers headers;
  EXPECT_FALSE(wants_heartbeat(headers).value());
  headers.set("X-Heartbeat", "whitespace");
  EXPECT_TRUE(wants_heartbeat(headers).value());
  headers.set("X-Heartbeat", "newline");
  EXPECT_EQ(wants_heartbeat(headers).error().param(), "x-heartbeat");
}

}  // namespace
}  // namespace gw::api
