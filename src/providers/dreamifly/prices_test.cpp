#include "providers/dreamifly/prices.hpp"

#include "providers/dreamifly/models.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

namespace gw::dreamifly {
namespace {

struct Wish {
  std::string model;
  int steps;
  ImageSize size;
  std::int64_t full;  // 0: free
  std::int64_t within;
  bool doubled_by_size;
};

void PrintTo(const Wish& wish, std::ostream* out) {
  *out << wish.model << " " << wish.steps << " " << wish.size.width << "x" << wish.size.height;
}

constexpr ImageSize kNormal{1024, 1024};
constexpr ImageSize kHigh{1416, 1416};

class EveryPrice : public testing::TestWithParam<Wish> {};

TEST_P(EveryPrice, is_the_protocols) {
  const auto& wish = GetParam();
  ImageOrder order;
  order.upstream_model = wish.model;
  order.steps = wish.steps;
  order.size = wish.size;
  const auto models = known_models();
  const auto model = std::ranges::find(models, wish.model, &ModelInfo::upstream_id);
  const auto price = Prices().of(order, model == models.end() ? nullptr : &*model);
  ASSERT_EQ(price.has_value(), wish.full > 0);
  if (!price) return;
  EXPECT_EQ(price->full, wish.full);
  EXPECT_EQ(price->within_allowance, wish.within);
  EXPECT_EQ(price->doubled_by_size, wish.doubled_by_size);
}

INSTANTIATE_TEST_SUITE_P(Section6, EveryPrice,
                         testing::Values(Wish{"Qwen-Image", 20, kHigh, 0, 0, false},
                                         Wish{"Not-Known", 20, kHigh, 0, 0, false},
                                         Wish{"Z-Image-Turbo", 10, kNormal, 3, 0, false},
                                         Wish{"Z-Image-Turbo", 20, kNormal, 6, 3, false},
                                         Wish{"Z-Image-Turbo", 10, kHigh, 6, 3, true},
                                         Wish{"Z-Image-Turbo", 20, kHigh, 12, 9, true},
                                         Wish{"Z-Image", 20, kNormal, 12, 0, false},
                                         Wish{"Z-Image", 35, kHigh, 48, 36, true},
                                         Wish{"Wai-SDXL-V150", 20, kNormal, 2, 0, false},
                                         Wish{"Wai-SDXL-V150", 30, kNormal, 4, 2, false},
                                         Wish{"Qwen-Image-Edit", 4, kHigh, 4, 0, false},
                                         Wish{"grok-imagine-1.0", 0, kHigh, 10, 0, false},
                                         Wish{"nano-banana-2", 0, kNormal, 10, 10, false},
                                         Wish{"nano-banana-2", 0, kHigh, 20, 20, true},
                                         // The threshold is 1,101,004.8 pixels.
                                         Wish{"Z-Image-Turbo", 10, {1101004, 1}, 3, 0, false},
                                         Wish{"Z-Image-Turbo", 10, {1101005, 1}, 6, 3, true},
                                         Wish{"Z-Image-Turbo", 10, {1536, 1024}, 6, 3, true}));

TEST(Prices, are_changed_by_the_server) {
  Prices prices;
  ImageOrder order;
  order.upstream_model = "Z-Image";
  order.size = kNormal;
  prices.set("Z-Image", {.points = 20});
  EXPECT_EQ(prices.of(order, nullptr)->full, 20);
  prices.set("Z-Image", {.points = std::nullopt});
  EXPECT_FALSE(prices.of(order, nullptr));
  prices.set("Z-Image", {.points = 5});
  EXPECT_TRUE(prices.of(order, nullptr));
  prices.none();
  EXPECT_FALSE(prices.of(order, nullptr));
}

IncomingAnswer answer(int status, std::string body, std::string type = "application/json") {
  IncomingAnswer answer;
  answer.status = status;
  answer.headers = {{"content-type", std::move(type)}};
  answer.body.blocks = {std::move(body)};
  return answer;
}

TEST(BaseCost, is_read_from_the_answer) {
  EXPECT_EQ(read_base_cost(answer(200, R"({"baseCost":3})"))->points, 3);
  const auto free = read_base_cost(answer(200, R"({"baseCost":null})"));
  ASSERT_TRUE(free);
  EXPECT_FALSE(free->points);
}

TEST(BaseCost, is_not_guessed) {
  for (const auto& odd :
       {answer(200, "{}"), answer(200, "<html>", "text/html"), answer(200, R"({"baseCost":"3"})"),
        answer(200, R"({"baseCost":-3})"), answer(200, R"({"baseCost":9223372036854775807})"),
        answer(500, R"({"baseCost":3})"), answer(400, R"({"error":"modelId is required"})")}) {
    EXPECT_FALSE(read_base_cost(odd));
  }
}

}  // namespace
}  // namespace gw::dreamifly
