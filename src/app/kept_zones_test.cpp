#include "app/kept_zones.hpp"

#include "tests/support/memory_account_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace gw::app {
namespace {

class KeptZonesTest : public testing::Test {
 protected:
  std::optional<Secret> load(std::string host) { return test::run(io_, zones_.load(host)); }
  bool save(std::string record) {
    return test::run(io_, zones_.save("draw.example.com", Secret(std::move(record))));
  }

  asio::io_context io_;
  test::MemoryAccountStore store_;
  test::RecordingLog log_;
  KeptZones zones_{store_, log_};
};

TEST_F(KeptZonesTest, AreFoundAgainByTheirHost) {
  EXPECT_FALSE(load("draw.example.com"));
  EXPECT_TRUE(save("the record"));
  ASSERT_TRUE(load("draw.example.com"));
  EXPECT_EQ(load("draw.example.com")->reveal(), "the record");
  EXPECT_FALSE(load("other.example.com"));
  EXPECT_TRUE(store_.secrets.contains("zone/draw.example.com"));
}

TEST_F(KeptZonesTest, AreNotKeptOnAFullDiskAndThatIsSaid) {
  store_.is_full = true;
  EXPECT_FALSE(save("the record"));
  store_.is_full = false;
  EXPECT_FALSE(load("draw.example.com"));
  EXPECT_EQ(log_.count("zone_not_kept"), 1u);
}

}  // namespace
}  // namespace gw::app
