#include "app/folder_facts.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace gw::app {
namespace {

namespace fs = std::filesystem;
using State = FolderFacts::State;

class Folder : public testing::Test {
 protected:
  fs::path file(const fs::path& path, const std::string& text) const {
    std::ofstream(path) << text;
    return path;
  }
  TemporaryDirectory directory_;
};

TEST_F(Folder, ThatIsThereTellsOwnerModeAndRoom) {
  fs::permissions(directory_.path(), fs::perms(0750));

  const auto facts = look_at_folder(directory_.path());

  EXPECT_EQ(facts.state, State::usable);
  EXPECT_EQ(facts.owner, facts.user);
  EXPECT_EQ(facts.mode, "0750");
  EXPECT_GT(facts.free_bytes.value_or(0), 0u);
  EXPECT_EQ(facts.picture_bytes, 0u);
  EXPECT_EQ(facts.write_fault, "");
  EXPECT_TRUE(fs::is_empty(directory_.path())) << "the test write leaves nothing";
}

TEST_F(Folder, WhoseDiskTakesNoDataSaysWhy) {
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto small = before;
  small.rlim_cur = 1'000;  // as a full disk: the write is cut short
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto facts = look_at_folder(directory_.path());
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);

  EXPECT_EQ(facts.state, State::usable);
  EXPECT_EQ(facts.write_fault, "No space left on device");
  EXPECT_TRUE(fs::is_empty(directory_.path()));
}

TEST_F(Folder, CountsThePicturesInIt) {
  fs::create_directories(directory_.path() / "images" / "ab" / "cd");
  file(directory_.path() / "images" / "ab" / "cd" / "one.png", "12345");
  file(directory_.path() / "images" / "two.png", "123");

  EXPECT_EQ(look_at_folder(directory_.path()).picture_bytes, 8u);
}

TEST_F(Folder, ThatIsNotThereIsJudgedByWhatIsAboveItAndNotMade) {
  const auto facts = look_at_folder(directory_.path() / "a" / "b" / "");

  EXPECT_EQ(facts.state, State::not_there);
  EXPECT_EQ(facts.place, directory_.path());
  EXPECT_TRUE(fs::is_empty(directory_.path()));
}

TEST_F(Folder, AFileInTheWayIsNamed) {
  const auto blocked = file(directory_.path() / "file", "");

  EXPECT_EQ(look_at_folder(blocked).state, State::not_a_folder);
  const auto below = look_at_folder(blocked / "data");
  EXPECT_EQ(below.state, State::not_a_folder);
  EXPECT_EQ(below.place, blocked);
}

TEST_F(Folder, AFileInThePlaceOfAPartIsNamed) {
  file(directory_.path() / "images", "");

  const auto facts = look_at_folder(directory_.path());

  EXPECT_EQ(facts.state, State::not_a_folder);
  EXPECT_EQ(facts.place, directory_.path() / "images");
}

TEST_F(Folder, ALinkThatLeadsNowhereIsInTheWay) {
  fs::create_symlink("nothing", directory_.path() / "link");

  EXPECT_EQ(look_at_folder(directory_.path() / "link").state, State::not_a_folder);
}

// Root may write anywhere, so for the moment of the look it is nobody.
class WithoutPrivileges final {
 public:
  WithoutPrivileges() {
    if (::geteuid() == 0) dropped_ = ::seteuid(65'534) == 0;
  }
  ~WithoutPrivileges() {
    if (dropped_ && ::seteuid(0) != 0) std::abort();
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

 private:
  bool dropped_ = false;
};

TEST_F(Folder, WhatMayNotBeWrittenIsSaid) {
  fs::permissions(directory_.path(), fs::perms(0555));
  const auto facts = [&] {
    const WithoutPrivileges nobody;
    return look_at_folder(directory_.path());
  }();

  EXPECT_EQ(facts.state, State::not_writable);
  EXPECT_EQ(facts.place, directory_.path());
  EXPECT_EQ(facts.mode, "0555");
  fs::permissions(directory_.path(), fs::perms(0755));
}

}  // namespace
}  // namespace gw::app
