#include "api/ops/health.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace gw::api {
namespace {

boost::json::value body_of(const http::Response& response) {
  return boost::json::parse(*response.pieces.at(0));
}

TEST(Health, TheOverviewSaysOkAndWhatIsGoingOn) {
  const HealthEndpoint health(
      [] { return HealthView{"demo", true, 3, 1, 2, {"the disk is full"}}; });
  const auto response = health.overview();
  EXPECT_EQ(response.status, 200);
  const auto body = body_of(response);
  EXPECT_EQ(body.at("status").as_string(), "ok");
  EXPECT_EQ(body.at("version").as_string(), GW_VERSION);
  EXPECT_EQ(body.at("provider").as_string(), "demo");
  EXPECT_TRUE(body.at("demo").as_bool());
  EXPECT_FALSE(body.at("ready").as_bool());
  EXPECT_EQ(body.at("queue").at("queued").to_number<int>(), 3);
  EXPECT_EQ(body.at("queue").at("running").to_number<int>(), 1);
  EXPECT_EQ(body.at("queue").at("slots").to_number<int>(), 2);
}

TEST(Health, ReadyUntilThereIsAReasonAgainstIt) {
  HealthView view;
  const HealthEndpoint health([&view] { return view; });
  EXPECT_EQ(health.ready().status, 200);

  view.not_ready = {"the gateway is shutting down"};

  const auto response = health.ready();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(body_of(response).at("reasons").at(0).as_string(), "the gateway is shutting down");
  EXPECT_EQ(health.live().status, 200);
}

}  // namespace
}  // namespace gw::api
