#include "app/keys.hpp"

#include "app/config.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sys/stat.h>

namespace gw::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::MatchesRegex;

class Keys : public testing::Test {
 protected:
  Keys() { config_.data_dir = directory_.path() / "data"; }

  Result<OwnKeys> prepare() { return prepare_keys(config_, random_); }
  fs::path file(const std::string& name) const { return config_.data_dir / "keys" / name; }
  void write(const std::string& name, const std::string& text, fs::perms mode) {
    fs::create_directories(config_.data_dir / "keys");
    std::ofstream(file(name)) << text;
    fs::permissions(file(name), mode);
  }
  static mode_t mode(const fs::path& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777u : 0;
  }

  TemporaryDirectory directory_;
  SystemRandom random_;
  Config config_;
};

TEST_F(Keys, TheFirstStartMakesThem) {
  const auto keys = prepare();

  ASSERT_TRUE(keys);
  EXPECT_THAT(keys->api_master.value.reveal(), MatchesRegex("sk-[A-Za-z0-9_-]+"));
  EXPECT_EQ(keys->api_master.value.reveal().size(), 46u);
  EXPECT_EQ(keys->api_master.origin, KeyOrigin::made);
  EXPECT_EQ(keys->admin.origin, KeyOrigin::made);
  EXPECT_EQ(keys->signing.reveal().size(), 43u);
  EXPECT_EQ(keys->sealing.reveal().size(), 43u);
  EXPECT_NE(keys->signing.reveal(), keys->sealing.reveal());
  EXPECT_NE(keys->api_master.value.reveal(), keys->admin.value.reveal());
}

TEST_F(Keys, LaterStartsFindTheSameKeys) {
  const auto first = prepare();
  const auto second = prepare();

  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->api_master.value.reveal(), first->api_master.value.reveal());
  EXPECT_EQ(second->admin.value.reveal(), first->admin.value.reveal());
  EXPECT_EQ(second->signing.reveal(), first->signing.reveal());
  EXPECT_EQ(second->sealing.reveal(), first->sealing.reveal());
  EXPECT_EQ(second->api_master.origin, KeyOrigin::file);
  EXPECT_EQ(second->admin.origin, KeyOrigin::file);
}

TEST_F(Keys, OnlyTheOwnerMayReadThemAndNothingElseIsLeftBehind) {
  ASSERT_TRUE(prepare());

  EXPECT_EQ(mode(config_.data_dir), 0700u);
  EXPECT_EQ(mode(config_.data_dir / "keys"), 0700u);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(config_.data_dir / "keys")) {
    EXPECT_EQ(mode(entry.path()), 0600u) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 4u);
}

TEST_F(Keys, AKeyGivenAsSettingIsNotWrittenDown) {
  config_.api_master_key = Secret("sk-test-given");

  const auto keys = prepare();

  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->api_master.value.reveal(), "sk-test-given");
  EXPECT_EQ(keys->api_master.origin, KeyOrigin::setting);
  EXPECT_FALSE(fs::exists(file("api_master_key")));
  EXPECT_TRUE(fs::exists(file("admin_key")));
}

TEST_F(Keys, AKeyFileWrittenByHandCounts) {
  write("api_master_key", "sk-test-by-hand\n", fs::perms::owner_read);

  EXPECT_EQ(prepare().value().api_master.value.reveal(), "sk-test-by-hand");
}

TEST_F(Keys, AKeyFileThatOthersCanReadIsRefused) {
  write("admin_key", "sk-test-open", fs::perms::owner_read | fs::perms::others_read);

  const auto keys = prepare();

  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_THAT(keys.error().message(),
              HasSubstr("admin_key can be opened by other users (mode 0404)"));
  EXPECT_THAT(keys.error().message(), HasSubstr("chmod 600"));
  EXPECT_THAT(keys.error().message(), testing::Not(HasSubstr("sk-test")));
}

TEST_F(Keys, AnEmptyKeyFileIsRefused) {
  write("signing_key", "\n", fs::perms::owner_read);

  EXPECT_THAT(prepare().error().message(), HasSubstr("signing_key is empty"));
}

TEST_F(Keys, AKeyFileThatIsALinkOrAFolderIsRefused) {
  write("elsewhere", "sk-test-linked", fs::perms::owner_read);
  fs::create_symlink("elsewhere", file("api_master_key"));
  EXPECT_THAT(prepare().error().message(), HasSubstr("cannot be opened"));

  fs::remove(file("api_master_key"));
  fs::create_directory(file("api_master_key"));
  EXPECT_THAT(prepare().error().message(), HasSubstr("is no ordinary file"));
}

TEST_F(Keys, ADataFolderThatCannotBeMadeIsNamed) {
  std::ofstream(directory_.path() / "file") << "x";
  config_.data_dir = directory_.path() / "file";
  EXPECT_THAT(prepare().error().message(), HasSubstr("file is in the way"));

  config_.data_dir = directory_.path() / "file" / "below";
  EXPECT_THAT(prepare().error().message(), HasSubstr("below cannot be made"));
}

TEST_F(Keys, LookingUpMakesNothing) {
  const auto key = look_up_key(Secret(), file("api_master_key"));

  ASSERT_TRUE(key);
  EXPECT_TRUE(key->value.empty());
  EXPECT_FALSE(fs::exists(config_.data_dir));
}

}  // namespace
}  // namespace gw::app
