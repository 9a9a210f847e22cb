#include "api/prefer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gw::api {
namespace {

using namespace std::chrono_literals;

Preferences read(const std::vector<std::string>& fields) {
  http::Headers headers;
  headers.add("Accept", "application/json");
  for (const auto& field : fields) headers.add("PREFER", field);
  return preferences(headers);
}

TEST(Prefer, NothingIsPreferred) {
  const auto nothing = read({});
  EXPECT_FALSE(nothing.respond_async);
  EXPECT_FALSE(nothing.wait);
  EXPECT_FALSE(nothing.want_job());
}

TEST(Prefer, OneOrBothInAnyCaseAndAnyNumberOfFields) {
  EXPECT_TRUE(read({"respond-async"}).respond_async);
  EXPECT_TRUE(read({"Respond-Async"}).respond_async);
  EXPECT_EQ(read({"wait=10"}).wait, 10s);
  EXPECT_EQ(read({"WAIT = 10"}).wait, 10s);
  for (const auto& fields :
       std::vector<std::vector<std::string>>{{"respond-async, wait=10"},
                                             {"wait=10,respond-async"},
                                             {"respond-async", "wait=10"},
                                             {" , respond-async ,, wait=10 ,"},
                                             {"respond-async;x=1, wait=10; y=\"a,b\""}}) {
    const auto both = read(fields);
    EXPECT_TRUE(both.respond_async) << fields.front();
    EXPECT_EQ(both.wait, 10s) << fields.front();
    EXPECT_TRUE(both.want_job());
  }
}

TEST(Prefer, ValuesMayBeQuoted) {
  EXPECT_EQ(read({R"(wait="10")"}).wait, 10s);
  EXPECT_EQ(read({R"(wait="1\0")"}).wait, 10s);
  EXPECT_TRUE(read({R"(x="a, wait=5", respond-async)"}).respond_async);
  EXPECT_FALSE(read({R"(x="a, wait=5", respond-async)"}).wait) << "inside quotes";
}

TEST(Prefer, OfADoubledOneTheFirstCounts) {
  EXPECT_EQ(read({"wait=1, wait=2"}).wait, 1s);
  EXPECT_EQ(read({"wait=1", "wait=2"}).wait, 1s);
  EXPECT_FALSE(read({"wait=x, wait=2"}).wait);
}

TEST(Prefer, WhatIsUnknownOrBrokenIsIgnored) {
  for (const auto* field : {"return=minimal", "handling=lenient", "wait", "wait=", "wait=-1",
                            "wait=1.5", "wait=ten", "wait=\"10", "\"respond-async\"",
                            "respond async", "=5", ";", ",", "\"", "\\", "wait=1 0"}) {
    const auto none = read({field});
    EXPECT_FALSE(none.want_job()) << field;
  }
  EXPECT_TRUE(read({"return=minimal, respond-async"}).respond_async);
}

TEST(Prefer, AWaitIsBounded) {
  EXPECT_EQ(read({"wait=0"}).wait, 0s);
  EXPECT_EQ(read({"wait=99999999"}).wait, 24h);
  EXPECT_EQ(read({"wait=99999999999999999999999"}).wait, 24h);
  EXPECT_FALSE(read({"wait=-99999999999999999999999"}).wait);
}

TEST(Prefer, WhatWasAppliedIsSaid) {
  EXPECT_EQ(applied({.respond_async = true, .wait = std::nullopt}), "respond-async");
  EXPECT_EQ(applied({.respond_async = false, .wait = 5s}), "wait=5");
  EXPECT_EQ(applied({.respond_async = true, .wait = 5s}), "respond-async, wait=5");
}

}  // namespace
}  // namespace gw::api
