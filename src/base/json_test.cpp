#include "base/json.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace gw {
namespace {

namespace json = boost::json;

json::object object_of(std::string_view text) {
  auto parsed = parse_json_object(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? std::move(*parsed) : json::object{};
}

TEST(ParseJsonObject, AnObjectIsReadAndOfDoubledKeysTheLastWins) {
  const auto object = object_of(R"({"n":1,"n":2})");
  EXPECT_EQ(object.at("n").as_int64(), 2);
}

TEST(ParseJsonObject, ALeadingByteOrderMarkIsSkipped) {
  EXPECT_EQ(object_of("\xEF\xBB\xBF{\"a\":1}").size(), 1u);
}

TEST(ParseJsonObject, EverythingElseIsAnInvalidRequest) {
  const std::array<std::string, 17> bad{"",
                                        " ",
                                        "null",
                                        "[]",
                                        "\"text\"",
                                        "1",
                                        "{",
                                        "{\"a\"}",
                                        "{\"a\":1} x",
                                        "{\"a\":1,}",
                                        "{'a':1}",
                                        "{\"a\":NaN}",
                                        "{\"a\":Infinity}",
                                        "{\"a\":01}",
                                        "{\"a\":\"\xFF\"}",
                                        "{\"a\":\"\\ud800\"}",
                                        "{\"a\":\"\x01\"}"};
  for (const auto& text : bad) {
    const auto parsed = parse_json_object(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().kind(), ErrorKind::invalid_request) << text;
    EXPECT_EQ(parsed.error().code(), "invalid_json") << text;
    EXPECT_FALSE(parsed.error().message().empty()) << text;
  }
}

std::string nested(std::size_t depth) {
  return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

TEST(ParseJsonObject, NestingIsBounded) {
  EXPECT_TRUE(parse_json_object(nested(20)).has_value());
  const auto deep = parse_json_object(nested(100'000));
  ASSERT_FALSE(deep.has_value());
  EXPECT_NE(deep.error().message().find("deeper than 32"), std::string::npos);
}

TEST(ParseJsonObject, ManyTinyValuesCannotCostManyTimesTheirLength) {
  std::string text = "{\"a\":[0";
  for (int i = 0; i < 500'000; ++i) text += ",0";
  text += "]}";

  const auto parsed = parse_json_object(text);

  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().kind(), ErrorKind::too_large);
}

TEST(ParseJsonObject, OneHugeStringIsFine) {
  const auto text = "{\"a\":\"" + std::string(4'000'000, 'x') + "\"}";
  EXPECT_TRUE(parse_json_object(text).has_value());
}

TEST(ParseJsonObject, AbsurdNumbersAreNeverAnInteger) {
  for (const auto* text :
       {R"({"n":1e999})", R"({"n":-1e999})", R"({"n":1e-999})",
        R"({"n":99999999999999999999999999})", R"({"n":18446744073709551615})"}) {
    const auto parsed = parse_json_object(text);
    if (!parsed) continue;  // refusing the number while parsing is as good
    JsonFields fields(*parsed);
    const auto n = fields.integer("n", 1, 10);
    ASSERT_FALSE(n.has_value()) << text;
    EXPECT_EQ(n.error().param(), "n");
  }
}

TEST(JsonQuote, EscapesAndAlwaysGivesUtf8) {
  EXPECT_EQ(json_quote("a\"b\n猫"), "\"a\\\"b\\n猫\"");
  EXPECT_EQ(json_quote("a\xFF"), "\"a?\"");
}

TEST(JsonFields, NullIsAbsent) {
  const auto object = object_of(R"({"s":null,"i":null,"b":null})");
  JsonFields fields(object);
  EXPECT_FALSE(fields.present("s"));
  EXPECT_EQ(fields.string("s", 10).value(), std::nullopt);
  EXPECT_EQ(fields.integer("i", 0, 10).value(), std::nullopt);
  EXPECT_EQ(fields.boolean("b").value(), std::nullopt);
  EXPECT_TRUE(fields.unread(10).empty());
}

TEST(JsonFields, IntegersMayBeWrittenAsFloats) {
  const auto object = object_of(R"({"a":2.0,"b":3,"c":1e1,"d":-0.0})");
  JsonFields fields(object);
  EXPECT_EQ(fields.integer("a", 1, 10).value(), 2);
  EXPECT_EQ(fields.integer("b", 1, 10).value(), 3);
  EXPECT_EQ(fields.integer("c", 1, 10).value(), 10);
  EXPECT_EQ(fields.integer("d", 0, 10).value(), 0);
}

TEST(JsonFields, WhatIsNoIntegerInRangeIsRefusedByName) {
  const auto object = object_of(R"({"f":2.5,"s":"2","z":0,"h":11,"o":{},"t":true})");
  JsonFields fields(object);
  for (const auto* name : {"f", "s", "z", "h", "o", "t"}) {
    const auto value = fields.integer(name, 1, 10);
    ASSERT_FALSE(value.has_value()) << name;
    EXPECT_EQ(value.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(value.error().param(), name);
    EXPECT_EQ(value.error().message(),
              std::string("`") + name + "` must be an integer from 1 to 10");
  }
  EXPECT_EQ(fields.integer("s", 1, 10).error().code(), "invalid_type");
  EXPECT_EQ(fields.integer("h", 1, 10).error().code(), "invalid_value");
}

TEST(JsonFields, StringsAreCountedInCharactersAndHaveNoNul) {
  const auto object = object_of(R"({"cat":"猫猫猫","nul":"a\u0000b","n":1})");
  JsonFields fields(object);
  EXPECT_EQ(fields.string("cat", 3).value(), "猫猫猫");
  EXPECT_EQ(fields.string("cat", 2).error().code(), "invalid_value");
  EXPECT_EQ(fields.string("nul", 9).error().code(), "invalid_value");
  EXPECT_EQ(fields.string("n", 9).error().code(), "invalid_type");
}

TEST(JsonFields, AChoiceNamesWhatWouldBeRight) {
  constexpr std::array<JsonFields::Choice<int>, 2> kChoices{{{"one", 1}, {"two", 2}}};
  const auto object = object_of(R"({"a":"two","b":"three","c":1})");
  JsonFields fields(object);
  EXPECT_EQ(fields.choice<int>("a", kChoices).value(), 2);
  EXPECT_EQ(fields.choice<int>("b", kChoices).error().message(), "`b` must be one of one, two");
  EXPECT_EQ(fields.choice<int>("c", kChoices).error().param(), "c");
}

TEST(JsonFields, KnowsWhichFieldsNobodyRead) {
  const auto object = object_of(R"({"a":1,"b":2,"c":null,"d":4,"e":5})");
  JsonFields fields(object);
  static_cast<void>(fields.integer("a", 0, 9));
  EXPECT_EQ(fields.unread(10), (std::vector<std::string_view>{"b", "d", "e"}));
  EXPECT_EQ(fields.unread(2).size(), 2u);
}

}  // namespace
}  // namespace gw
