#include "http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace gw::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Task<Response> answer(Request, RequestContext&) {
  co_return Response{};
}

Route route(std::string method, std::string pattern) {
  Route out;
  out.method = std::move(method);
  out.pattern = std::move(pattern);
  out.handler = answer;
  return out;
}

Router sample() {
  Router router;
  router.add(route("GET", "/v1/models/{id...}"));
  router.add(route("GET", "/v1/models"));
  router.add(route("GET", "/v1/models/default"));
  router.add(route("POST", "/v1/models/default"));
  router.add(route("POST", "/v1/jobs/{id}/cancel"));
  router.add(route("GET", "/v1/jobs/{id}"));
  router.add(route("DELETE", "/v1/jobs/{id}"));
  router.add(route("GET", "/"));
  return router;
}

std::string pattern_of(const Router& router, std::string_view method, std::string_view path) {
  const auto match = router.find(method, path);
  return match && match->route ? match->route->pattern : std::string();
}

TEST(Router, FindsLiteralPaths) {
  const auto router = sample();
  EXPECT_EQ(pattern_of(router, "GET", "/v1/models"), "/v1/models");
  EXPECT_EQ(pattern_of(router, "GET", "/"), "/");
  EXPECT_EQ(pattern_of(router, "GET", "/v1"), "");
  EXPECT_EQ(pattern_of(router, "GET", "/V1/models"), "");
  EXPECT_EQ(pattern_of(router, "GET", "*"), "");
  EXPECT_EQ(pattern_of(router, "GET", ""), "");
}

TEST(Router, CountsSlashesInARowOnceAndATrailingOneNotAtAll) {
  const auto router = sample();
  EXPECT_EQ(pattern_of(router, "GET", "//v1///models/"), "/v1/models");
  EXPECT_EQ(pattern_of(router, "GET", "//"), "/");
}

TEST(Router, LiteralsWinOverParametersInAnyOrderOfAdding) {
  const auto router = sample();
  EXPECT_EQ(pattern_of(router, "GET", "/v1/models/default"), "/v1/models/default");
  EXPECT_EQ(pattern_of(router, "GET", "/v1/models/other"), "/v1/models/{id...}");
}

TEST(Router, AParameterTakesOneSegmentDecoded) {
  const auto router = sample();

  const auto match = router.find("GET", "/v1/jobs/a%2Fb%20c");

  ASSERT_TRUE(match && match->route);
  EXPECT_THAT(match->params, ElementsAre(Pair("id", "a/b c")));
  EXPECT_EQ(pattern_of(router, "GET", "/v1/jobs/a/b"), "");
}

TEST(Router, TheRestKeepsItsSlashes) {
  const auto router = sample();

  for (const auto* path :
       {"/v1/models/org/name", "/v1/models/org%2Fname", "/v1/models/org//name/"}) {
    const auto match = router.find("GET", path);
    ASSERT_TRUE(match && match->route) << path;
    EXPECT_THAT(match->params, ElementsAre(Pair("id", "org/name"))) << path;
  }
}

TEST(Router, DotSegmentsAreOrdinarySegments) {
  const auto router = sample();

  const auto match = router.find("GET", "/v1/jobs/..");

  ASSERT_TRUE(match && match->route);
  EXPECT_THAT(match->params, ElementsAre(Pair("id", "..")));
  EXPECT_EQ(pattern_of(router, "GET", "/v1/x/../models"), "");
}

TEST(Router, AnEncodedSlashDoesNotSplitAndLiteralsAreComparedRaw) {
  const auto router = sample();
  EXPECT_EQ(pattern_of(router, "GET", "/v1%2Fmodels"), "");
  EXPECT_EQ(pattern_of(router, "GET", "/v1/%6Dodels"), "");
}

TEST(Router, BrokenEscapesInAParameterAreTheClientsMistake) {
  const auto router = sample();
  for (const auto* path :
       {"/v1/jobs/%", "/v1/jobs/%zz", "/v1/jobs/%00", "/v1/jobs/%ff", "/v1/models/a/%2"}) {
    const auto match = router.find("GET", path);
    ASSERT_FALSE(match) << path;
    EXPECT_EQ(match.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(match.error().param(), "id");
  }
}

TEST(Router, HeadGoesThroughGet) {
  const auto router = sample();
  EXPECT_EQ(pattern_of(router, "HEAD", "/v1/models"), "/v1/models");
  EXPECT_EQ(pattern_of(router, "HEAD", "/v1/jobs/1/cancel"), "");
}

TEST(Router, NamesTheMethodsOfAPathThatExists) {
  const auto router = sample();
  const auto allowed = [&](std::string_view path) { return router.find("PUT", path)->allowed; };
  EXPECT_EQ(allowed("/v1/jobs/1"), "GET, HEAD, DELETE");
  EXPECT_EQ(allowed("/v1/jobs/1/cancel"), "POST");
  EXPECT_EQ(allowed("/v1/models/default"), "GET, HEAD, POST");
  EXPECT_EQ(allowed("/v1/models/other"), "GET, HEAD");
  EXPECT_THAT(allowed("/v1/nothing"), IsEmpty());
}

TEST(Router, AnEndpointIsNeverTheParameterOfAnother) {
  Router router;
  router.add(route("GET", "/images/{file}"));
  router.add(route("POST", "/images/generations"));
  EXPECT_EQ(router.find("GET", "/images/generations")->allowed, "POST");
  EXPECT_EQ(pattern_of(router, "GET", "/images/1.png"), "/images/{file}");
}

TEST(Router, RefusesBadAndDoubledPatterns) {
  for (const auto* pattern : {"v1", "/{a...}/b", "/{a", "/{}", "/a}b", "/{a{b}", "/{...}"}) {
    Router router;
    EXPECT_THROW(router.add(route("GET", pattern)), std::logic_error) << pattern;
  }
  auto router = sample();
  EXPECT_THROW(router.add(route("GET", "/v1/models/")), std::logic_error);
  EXPECT_THROW(router.add(route("PUT", "/v1/jobs/{job}")), std::logic_error);
  EXPECT_THROW(router.add(Route{}), std::logic_error);
}

}  // namespace
}  // namespace gw::http
