// What a picture cost the upstream's account, in the answer and in the log.
#include "tests/e2e/upstream_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <string>

namespace gw::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// Of the first free picture of the day only the base cost is free, so a large one costs the rest.
class Points : public Upstream {
 protected:
  static constexpr const char* kEmail = "me@example.com";
  static constexpr const char* kPriced = "dreamifly-z-image-turbo";

  void SetUp() override {
    FakeOptions options;
    options.accounts = {{.email = kEmail, .points = 100}};
    options.prices = {{"Z-Image-Turbo", 3}};
    start(std::move(options), {{"DREAMIFLY_EMAIL", kEmail}, {"DREAMIFLY_PASSWORD", "password"}});
  }
  static Ask picture(std::string_view model, std::string_view size, std::string_view more = "") {
    return draw(fmt::format(
        R"({{"prompt":"a pear","model":"{}","size":"{}","response_format":"b64_json"{}}})", model,
        size, more));
  }
  std::int64_t spent() const { return 100 - fake->points(kEmail); }
  bool logged(std::string_view event, std::string_view field, std::int64_t value) const {
    return gateway->wait_for_log([&](const boost::json::object& line) {
      const auto* found = line.if_contains(field);
      return line.at("event").as_string() == event && found && found->is_int64() &&
             found->as_int64() == value;
    });
  }
};

TEST_F(Points, AreToldWithThePictureWhenItsSizeDoublesThePrice) {
  const auto answer = send(picture(kPriced, "1280x1280"));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-upstream-points", "3;doubled-by-size"));
  EXPECT_EQ(spent(), 3);
  EXPECT_TRUE(logged("request", "points", 3));
  EXPECT_TRUE(logged("request", "price_doubled", 1));
  EXPECT_TRUE(logged("task_leased", "points", 3));
}

TEST_F(Points, OfASmallPictureAreNotDoubled) {
  EXPECT_THAT(send(picture(kPriced, "64x64")), HasHeader("x-upstream-points", "0"));
  EXPECT_THAT(send(picture(kPriced, "64x64", R"(,"quality":"hd")")),
              HasHeader("x-upstream-points", "3"));
  EXPECT_EQ(spent(), 3);
}

TEST_F(Points, OfSeveralPicturesAreTheirSum) {
  EXPECT_THAT(send(picture(kPriced, "1280x1280", R"(,"n":2)")),
              HasHeader("x-upstream-points", "6;doubled-by-size"));
  EXPECT_EQ(spent(), 6);
}

TEST_F(Points, AreNotToldOfModelsThatAreFree) {
  EXPECT_FALSE(send(picture("dreamifly-qwen-image", "64x64")).header("x-upstream-points"));
}

TEST_F(Points, AreACommentAtTheEndOfAStream) {
  const auto answer = send(picture(kPriced, "1280x1280", R"(,"stream":true)"));
  EXPECT_FALSE(answer.header("x-upstream-points")) << "the head has left before it was known";
  EXPECT_THAT(answer.body, HasSubstr("\n: x-upstream-points: 3;doubled-by-size\n"));
}

TEST_F(Points, AreInTheTriesOfAJob) {
  auto request = picture(kPriced, "1280x1280").with("Prefer", "wait=30");
  const auto answer = send(request);
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-upstream-points", "3"));
  const auto place = answer.header("Content-Location").value_or("");
  const auto job = json_of(send(get(place).with_key()));
  EXPECT_EQ(job.at("points").to_number<int>(), 3);
  const auto& tries = job.at("pictures").at(0).at("attempts").as_array();
  EXPECT_EQ(tries.at(0).at("points").to_number<int>(), 3);
}

}  // namespace
}  // namespace gw::test
