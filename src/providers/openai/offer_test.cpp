#include "providers/openai/offer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gw::openai {
namespace {

using testing::ElementsAre;

constexpr WallTime kNow{std::chrono::seconds(1'800'000'000)};

ListedModel listed(std::string id, Purpose purpose = Purpose::pictures) {
  ListedModel model;
  model.id = std::move(id);
  model.purpose = purpose;
  return model;
}

Options configured(std::vector<std::string> models) {
  Options options;
  options.models = std::move(models);
  return options;
}

TEST(OpenAiOffer, FindsWhatDrawsInTheList) {
  Offer offer{Options{}};
  EXPECT_TRUE(offer.known().empty());

  offer.update({listed("dall-e-3"), listed("gpt-5", Purpose::chat), listed("e", Purpose::other)},
               kNow);

  ASSERT_EQ(offer.discovered().size(), 1u);
  EXPECT_EQ(offer.discovered()[0]->id, "dall-e-3");
  EXPECT_EQ(offer.discovered()[0]->created, 1'800'000'000);
  EXPECT_THAT(offer.chat_models(), ElementsAre("gpt-5"));
}

TEST(OpenAiOffer, KeepsTheAddressesOfModelsThatComeAndGo) {
  Offer offer{Options{}};
  offer.update({listed("a")}, kNow);
  const auto* a = offer.discovered()[0];
  std::vector<ListedModel> many;
  for (int i = 0; i < 100; ++i) many.push_back(listed("m" + std::to_string(i)));

  offer.update(many, kNow);
  EXPECT_FALSE(a->offered);
  offer.update({listed("a")}, kNow);

  EXPECT_TRUE(a->offered);
  EXPECT_EQ(offer.discovered()[0], a);
  EXPECT_EQ(offer.find("a"), a);
  EXPECT_EQ(offer.discovered().size(), 101u);
  EXPECT_FALSE(offer.discovered()[1]->offered);
}

TEST(OpenAiOffer, TakesTheOperatorsListAtItsWord) {
  Offer offer(configured({"my-own"}));
  ASSERT_EQ(offer.known().size(), 1u);

  offer.update({listed("dall-e-3"), listed("gpt-5", Purpose::chat)}, kNow);

  EXPECT_TRUE(offer.known()[0].offered);
  EXPECT_TRUE(offer.discovered().empty());
  EXPECT_THAT(offer.chat_models(), ElementsAre("gpt-5"));
}

TEST(OpenAiOffer, ChatsWithNothingThatTheOperatorSaysDraws) {
  Offer offer(configured({"gpt-5"}));
  offer.update({listed("gpt-5", Purpose::chat)}, kNow);
  EXPECT_TRUE(offer.chat_models().empty());
}

TEST(OpenAiOffer, IsBounded) {
  Offer offer{Options{}};
  std::vector<ListedModel> many;
  for (int i = 0; i < 5000; ++i) {
    many.push_back(listed("p" + std::to_string(i)));
    many.push_back(listed("c" + std::to_string(i), Purpose::chat));
  }
  offer.update(many, kNow);
  EXPECT_EQ(offer.discovered().size(), 300u);
  EXPECT_EQ(offer.chat_models().size(), 1000u);
}

}  // namespace
}  // namespace gw::openai
