// One gateway for all tests of a suite: what one of them does to it, the next ones would notice.
#pragma once

#include "tests/support/api_matchers.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace gw::test {

class SharedGateway : public testing::Test {
 protected:
  static void start(GatewayOptions options = {}) {
    gateway_ = GatewayProcess::serving(std::move(options));
  }
  static void SetUpTestSuite() { start(); }
  static void TearDownTestSuite() {
    const auto ended = gateway().stop();
    EXPECT_EQ(ended.exit_code, 0);
    gateway_.reset();
  }

  // Whatever a test has sent, the gateway must be well afterwards.
  void TearDown() override {
    EXPECT_THAT(send(get("/health/ready")), HasStatus(200));
    EXPECT_EQ(metric(port(), "gw_http_requests_waiting"), 1) << "only the question itself";
  }

  static GatewayProcess& gateway() {
    if (!gateway_) throw std::runtime_error("the gateway did not start");
    return *gateway_;
  }
  static std::uint16_t port() { return gateway().port(); }
  static RawAnswer send(const Ask& request) { return ask(port(), request); }

 private:
  inline static std::unique_ptr<GatewayProcess> gateway_;
};

}  // namespace gw::test
