// One process for each DATA_DIR, and its database to a file and back.
#include "tests/support/gateway_process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>

namespace gw::test {
namespace {

using testing::HasSubstr;

struct Ran {
  int code = -1;
  std::string out, err;
};

class Records : public testing::Test {
 protected:
  Ran run(const std::string& command, const std::filesystem::path& file) const {
    GatewayOptions options;
    options.arguments = {command, file.string(), "--data-dir", data_dir().string()};
    GatewayProcess process(std::move(options));
    const auto ended = process.wait();
    return {ended ? ended->exit_code : -1, process.standard_output(), process.standard_error()};
  }
  std::unique_ptr<GatewayProcess> serve() const {
    GatewayOptions options;
    options.data_dir = data_dir();
    return GatewayProcess::serving(std::move(options));
  }
  std::filesystem::path data_dir() const { return folder.path() / "data"; }

  TemporaryDirectory folder;
  std::filesystem::path backup = folder.path() / "backup.db";
};

TEST_F(Records, ASecondGatewayDoesNotStart) {
  const auto first = serve();
  GatewayOptions options;
  options.data_dir = data_dir();
  GatewayProcess second(std::move(options));
  const auto ended = second.wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 1);
  EXPECT_THAT(second.standard_error(), HasSubstr(data_dir().string() + " is in use by process " +
                                                 std::to_string(first->pid())));
}

TEST_F(Records, TheLockOfAKilledGatewayIsFree) {
  const auto first = serve();
  first->kill();
  EXPECT_TRUE(serve());
}

TEST_F(Records, ABackupIsMadeWhileTheGatewayRunsAndRestoredWhenItHasStopped) {
  const auto gateway = serve();
  const auto made = run("backup", backup);
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr(backup.string() + " is a backup of"));
  struct stat status{};
  ASSERT_EQ(::stat(backup.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777u, 0600u);

  const auto again = run("backup", backup);
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("nothing is overwritten"));

  const auto refused = run("restore", backup);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("is in use by process"));

  EXPECT_EQ(gateway->stop().exit_code, 0);
  const auto restored = run("restore", backup);
  EXPECT_EQ(restored.code, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("records.db.before-restore-"));
  EXPECT_TRUE(serve());
}

TEST_F(Records, WhatIsNoBackupIsNotRestored) {
  std::ofstream(backup) << "a letter to somebody";
  const auto refused = run("restore", backup);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("is no database"));
  EXPECT_EQ(run("backup", folder.path() / "none.db").code, 1) << "there is nothing to copy yet";
}

TEST_F(Records, ADatabaseThatIsNoneStopsTheStart) {
  std::filesystem::create_directory(data_dir());
  std::ofstream(data_dir() / "records.db") << "a letter to somebody";
  GatewayOptions options;
  options.data_dir = data_dir();
  GatewayProcess gateway(std::move(options));
  const auto ended = gateway.wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 1);
  EXPECT_THAT(gateway.standard_error(), HasSubstr("is no database"));
}

}  // namespace
}  // namespace gw::test
