#include "api/cors.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gw::api {
namespace {

http::RequestHead head_of(std::string method, std::string target) {
  http::RequestHead head;
  head.method = std::move(method);
  head.target = std::move(target);
  return head;
}

TEST(Preflight, ReflectsWhatTheBrowserAsksFor) {
  auto head = head_of("OPTIONS", "/v1/images/generations");
  head.headers.add("Access-Control-Request-Method", "POST");
  head.headers.add("Access-Control-Request-Headers", "authorization, x-stainless-helper-method");

  const auto response = preflight(head);

  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 204);
  EXPECT_EQ(response->headers.find("Access-Control-Allow-Methods"), "POST");
  EXPECT_EQ(response->headers.find("Access-Control-Allow-Headers"),
            "authorization, x-stainless-helper-method");
  EXPECT_EQ(response->headers.find("Access-Control-Max-Age"), "86400");
  EXPECT_TRUE(response->headers.find("Vary")->contains("Access-Control-Request-Headers"));
}

TEST(Preflight, OnlyNamesAreReflected) {
  auto head = head_of("OPTIONS", "/v1/models");
  head.headers.add("Access-Control-Request-Method", "PO ST");
  head.headers.add("Access-Control-Request-Headers", "a:b");
  const auto response = preflight(head);
  ASSERT_TRUE(response.has_value());
  EXPECT_FALSE(response->headers.contains("Access-Control-Allow-Methods"));
  EXPECT_FALSE(response->headers.contains("Access-Control-Allow-Headers"));
}

TEST(Preflight, OtherMethodsAreNotItsBusiness) {
  EXPECT_FALSE(preflight(head_of("GET", "/v1/models")).has_value());
}

TEST(Preflight, AdminIsForNoOtherOrigin) {
  auto head = head_of("OPTIONS", "/admin/api/keys");
  head.headers.add("Access-Control-Request-Method", "POST");
  EXPECT_FALSE(preflight(head)->headers.contains("Access-Control-Allow-Methods"));
}

http::Response decorated(std::string target, http::Response response = {}) {
  RequestContext context;
  context.request_id = "req_7";
  decorate(head_of("GET", std::move(target)), context, response);
  return response;
}

TEST(Decorate, EveryResponseHasRequestIdCorsAndSecurityHeaders) {
  const auto response = decorated("/v1/models");
  EXPECT_EQ(response.headers.find("x-request-id"), "req_7");
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "*");
  EXPECT_TRUE(response.headers.find("Access-Control-Expose-Headers")->contains("x-should-retry"));
  EXPECT_EQ(response.headers.find("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_TRUE(response.headers.contains("Content-Security-Policy"));
}

TEST(Decorate, WhatTheEndpointSaidStays) {
  http::Response response;
  response.headers.set("Cache-Control", "private, max-age=60");
  response.headers.set("Content-Security-Policy", "default-src 'self'");
  response = decorated("/images/a.png", std::move(response));
  EXPECT_EQ(response.headers.find("Cache-Control"), "private, max-age=60");
  EXPECT_EQ(response.headers.find("Content-Security-Policy"), "default-src 'self'");
}

TEST(Decorate, AdminAndMetricsAreForNoOtherOrigin) {
  for (const auto* path : {"/admin", "/admin/api/keys", "/metrics", "/metrics?x=1"}) {
    EXPECT_FALSE(decorated(path).headers.contains("Access-Control-Allow-Origin")) << path;
  }
  EXPECT_TRUE(decorated("/administrators").headers.contains("Access-Control-Allow-Origin"));
}

}  // namespace
}  // namespace gw::api
