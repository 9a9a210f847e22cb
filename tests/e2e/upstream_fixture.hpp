// The gateway in front of a fake Dreamifly server in this process.
#pragma once

#include "tests/support/api_matchers.hpp"
#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"
#include "tests/support/tiny_png.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace gw::test {

inline boost::json::object order_of(const FakeCall& call) {
  return boost::json::parse(call.body).as_object();
}

// What the fake drew for an order, by the way it draws.
inline std::string drawn_by(const FakeCall& call) {
  const auto order = order_of(call);
  return tiny_png(order.at("width").to_number<std::uint32_t>(),
                  order.at("height").to_number<std::uint32_t>(),
                  order.at("seed").to_number<std::uint64_t>());
}

class Upstream : public testing::Test {
 protected:
  static constexpr std::chrono::seconds kPatience{10};

  // `environment` in addition to the address and, unless it names a token, the fake's site key.
  void start(FakeOptions options = {}, std::map<std::string, std::string> environment = {}) {
    fake = std::make_unique<FakeDreamifly>(std::move(options));
    environment.emplace("DREAMIFLY_BASE_URL", fake->base_url());
    if (!environment.contains("DREAMIFLY_AUTH_TOKEN"))
      environment.emplace("DREAMIFLY_SITE_KEY", "test-key");
    gateway = GatewayProcess::serving({.environment = std::move(environment)});
  }
  void TearDown() override {
    if (!gateway) return;
    if (fake) fake->release();
    EXPECT_EQ(gateway->stop().exit_code, 0);
  }

  std::uint16_t port() const { return gateway->port(); }
  RawAnswer send(const Ask& request) const { return ask(port(), request); }

  // Sends it and leaves when the fake draws it; returns when the gateway has noticed.
  void send_and_leave(const Ask& request) {
    const auto left = [](const boost::json::object& line) {
      const auto* status = line.if_contains("status");
      return status && status->to_number<int>() == 499;
    };
    const auto before = static_cast<std::size_t>(std::ranges::count_if(gateway->log(), left));
    {
      RawSocket socket(port());
      socket.send(wire(request));
      ASSERT_TRUE(fake->wait_for_running(1, kPatience));
    }
    ASSERT_TRUE(gateway->wait_for_log(left, before + 1));
  }

  std::unique_ptr<FakeDreamifly> fake;
  std::unique_ptr<GatewayProcess> gateway;
};

}  // namespace gw::test
