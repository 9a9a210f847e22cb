#include "core/size_rule.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

using Size = std::optional<ImageSize>;

TEST(ParseSize, TakesTheWaysClientsWriteIt) {
  EXPECT_EQ(parse_size("1024x768").value(), Size({1024, 768}));
  EXPECT_EQ(parse_size("1024X768").value(), Size({1024, 768}));
  EXPECT_EQ(parse_size("1024*768").value(), Size({1024, 768}));
  EXPECT_EQ(parse_size("1024×768").value(), Size({1024, 768}));
  EXPECT_EQ(parse_size(" 64x64 ").value(), Size({64, 64}));
  EXPECT_EQ(parse_size("auto").value(), Size());
  EXPECT_EQ(parse_size("AUTO").value(), Size());
}

TEST(ParseSize, ARatioBecomesTheNormalArea) {
  EXPECT_EQ(parse_size("1:1").value(), Size({1024, 1024}));
  EXPECT_EQ(parse_size("16:9").value(), Size({1368, 768}));
  EXPECT_EQ(parse_size("9:16").value(), Size({768, 1368}));
  EXPECT_EQ(parse_size("3:2").value(), Size({1256, 840}));
  EXPECT_EQ(parse_size("5:4").value(), Size({1144, 912}));
  EXPECT_EQ(parse_size("7:4").value(), Size({1352, 776}));
  EXPECT_EQ(parse_size("10:3").value(), Size({1872, 560}));
}

TEST(ParseSize, EverythingElseIsRefusedByName) {
  for (const std::string text :
       {"",           "x",          "1024",       "1024x",     "x1024",
        "1024x768x3", "-1x64",      "+1x64",      "1e3x64",    "0x64",
        "64x0",       "1024.0x768", "1024 x 768", "100000x64", "99999999999999999999x1",
        "large",      "1:0",        "5:1",        "1:99999",   "0x10:3",
        "\xFFx\xFF"}) {
    const auto parsed = parse_size(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().kind(), ErrorKind::invalid_request) << text;
    EXPECT_EQ(parsed.error().param(), "size") << text;
  }
}

TEST(ResolveSize, NothingAskedForIsASquare) {
  EXPECT_EQ(resolve_size({}, ModelInfo{}).value(), (ImageSize{1024, 1024}));
}

TEST(ResolveSize, OpenAiSizesAreTaken) {
  for (const auto size : {ImageSize{256, 256}, ImageSize{512, 512}, ImageSize{1024, 1024},
                          ImageSize{1792, 1024}, ImageSize{1024, 1792}, ImageSize{1536, 1024}}) {
    EXPECT_EQ(resolve_size(size, ModelInfo{}).value(), size);
  }
}

TEST(ResolveSize, ASizeTheModelDoesNotTakeIsRefusedWithTheNearest) {
  const auto nearest_named = [](ImageSize asked) {
    const auto refused = resolve_size(asked, ModelInfo{});
    EXPECT_FALSE(refused.has_value()) << to_string(asked);
    if (refused) return std::string();
    EXPECT_EQ(refused.error().param(), "size");
    const auto& message = refused.error().message();
    return message.substr(message.rfind(' ') + 1);
  };
  EXPECT_EQ(nearest_named({1000, 1001}), "1000x1000");
  EXPECT_EQ(nearest_named({1020, 1021}), "1024x1024");
  EXPECT_EQ(nearest_named({8, 1024}), "64x1024");
  EXPECT_EQ(nearest_named({2048, 2048}), "1416x1416");
  EXPECT_EQ(nearest_named({3840, 2160}), "1888x1064");
  EXPECT_EQ(nearest_named({99'999, 1}), "31560x64");
}

TEST(ResolveSize, TheNearestSizeIsAlwaysTaken) {
  ModelInfo odd;
  odd.min_side = 100;
  odd.side_multiple = 16;
  odd.max_area = 1'000'000;
  for (const auto& model : {ModelInfo{}, odd}) {
    for (std::uint32_t width = 1; width < 100'000; width = width * 3 / 2 + 1) {
      for (std::uint32_t height = 1; height < 100'000; height = height * 3 / 2 + 1) {
        const auto nearest = nearest_size({width, height}, model);
        EXPECT_TRUE(resolve_size(nearest, model).has_value())
            << width << "x" << height << " → " << to_string(nearest);
      }
    }
  }
}

}  // namespace
}  // namespace gw
