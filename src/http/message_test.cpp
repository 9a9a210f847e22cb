#include "http/message.hpp"

#include <gtest/gtest.h>

namespace gw::http {
namespace {

TEST(Headers, FindTheFirstFieldInAnyCase) {
  Headers headers;
  headers.add("X-A", "1");
  headers.add("x-a", "2");

  EXPECT_EQ(headers.find("x-A"), "1");
  EXPECT_FALSE(headers.find("x-b"));
}

TEST(Headers, SetReplacesEveryFieldOfThatName) {
  Headers headers;
  headers.add("X-A", "1");
  headers.add("x-a", "2");
  headers.add("X-B", "3");

  headers.set("x-A", "4");

  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 2);
  EXPECT_EQ(headers.find("X-A"), "4");
  EXPECT_EQ(headers.find("X-B"), "3");
}

TEST(Headers, ACopyDoesNotChangeWithItsOriginal) {
  Headers original;
  original.add("X-A", "1");
  auto copy = original;

  original.set("X-A", "2");
  copy.add("X-B", "3");

  EXPECT_EQ(copy.find("X-A"), "1");
  EXPECT_EQ(original.find("X-A"), "2");
  EXPECT_FALSE(original.contains("X-B"));
}

TEST(Headers, AFieldCanBeSetFromAnotherOrFromItself) {
  Headers headers;
  headers.add("X-A", "a value that is too long for a small string");
  headers.set("X-B", *headers.find("X-A"));
  headers.set("X-A", *headers.find("X-A"));

  EXPECT_EQ(headers.find("X-A"), "a value that is too long for a small string");
  EXPECT_EQ(headers.find("X-B"), headers.find("X-A"));
}

Request request_for(std::string target) {
  Request request;
  request.target = std::move(target);
  return request;
}

TEST(Request, SplitsItsTargetAtTheFirstQuestionMark) {
  const auto request = request_for("/a%3Fb?c=d?e");
  EXPECT_EQ(request.path(), "/a%3Fb");
  EXPECT_EQ(request.query(), "c=d?e");
  EXPECT_EQ(request_for("/a").query(), "");
}

TEST(Request, DecodesQueryValuesByName) {
  const auto request = request_for("/?a=1&b%20c=x%2By+z&flag&a=2&bad=%zz&&=");
  EXPECT_EQ(request.query_value("a"), "1");
  EXPECT_EQ(request.query_value("b c"), "x+y+z");
  EXPECT_EQ(request.query_value("flag"), "");
  EXPECT_FALSE(request.query_value("bad"));
  EXPECT_FALSE(request.query_value("none"));
}

TEST(Request, AnUnknownParameterIsEmpty) {
  Request request;
  request.params.emplace_back("id", "7");
  EXPECT_EQ(request.param("id"), "7");
  EXPECT_EQ(request.param("other"), "");
}

TEST(Response, MeasuresItsPieces) {
  auto response = json_response(200, "{}");
  response.pieces.push_back(share("abc"));
  EXPECT_EQ(response.size(), 5u);
  EXPECT_EQ(response.headers.find("content-type"), "application/json");
}

}  // namespace
}  // namespace gw::http
