#include "storage/records/words.hpp"

#include <gtest/gtest.h>

namespace gw::records {
namespace {

// What is in people's files must be what the rest of the program calls these things.
TEST(Words, AreThoseOfTheProgram) {
  for (int i = 0; i <= static_cast<int>(TaskState::unknown); ++i) {
    const auto state = static_cast<TaskState>(i);
    EXPECT_EQ(word(state), to_string(state));
    EXPECT_EQ(from_word<TaskState>(word(state)), state);
  }
  for (int i = 0; i <= static_cast<int>(JobStatus::unknown); ++i)
    EXPECT_EQ(word(static_cast<JobStatus>(i)), to_string(static_cast<JobStatus>(i)));
  for (int i = 0; i <= static_cast<int>(Quality::max); ++i) {
    EXPECT_EQ(word(static_cast<Quality>(i)), to_string(static_cast<Quality>(i)));
    EXPECT_EQ(from_word<Quality>(word(static_cast<Quality>(i))), static_cast<Quality>(i));
  }
  for (int i = 0; i <= static_cast<int>(ImageFormat::gif); ++i)
    EXPECT_EQ(word(static_cast<ImageFormat>(i)), to_string(static_cast<ImageFormat>(i)));
  for (int i = 0; i <= static_cast<int>(Background::transparent); ++i)
    EXPECT_EQ(word(static_cast<Background>(i)), to_string(static_cast<Background>(i)));
  for (int i = 0; i <= static_cast<int>(AccountState::off); ++i) {
    EXPECT_EQ(word(static_cast<AccountState>(i)), to_string(static_cast<AccountState>(i)));
    EXPECT_EQ(from_word<AccountState>(word(static_cast<AccountState>(i))),
              static_cast<AccountState>(i));
  }
}

TEST(Words, OfNoVersionOfOursReadAsTheFirst) {
  EXPECT_EQ(from_word<RequestKind>("sculpture"), RequestKind::generation);
  EXPECT_EQ(from_word<Durability>(""), Durability::ephemeral);
}

TEST(Words, EveryKindOfErrorComesBack) {
  for (int i = 0; i <= static_cast<int>(ErrorKind::cancelled); ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    EXPECT_EQ(unpack_error(*pack(std::optional(Error(kind, "m")))).kind(), kind);
  }
}

TEST(Words, WhatWasTamperedWithIsNoReasonToStop) {
  for (const auto* text : {"", "{", "null", "[]", "{\"kind\":7}", "[1,{\"role\":[]},\"x\"]",
                           "[{\"sent\":1,\"started\":\"x\"}]"}) {
    EXPECT_EQ(unpack_error(text).kind(), ErrorKind::internal) << text;
    (void)unpack_list(text);
    (void)unpack_inputs(text);
    (void)unpack_attempts(text);
    (void)unpack_credentials(Secret(text));
  }
  EXPECT_EQ(digest_of("zz"), Sha256{});
  EXPECT_EQ(digest_of(std::string(64, 'F')), Sha256{});
}

TEST(Words, DigestsAndTimesComeBack) {
  Sha256 digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<std::uint8_t>(i * 17);
  EXPECT_EQ(digest_of(hex(digest)), digest);
  const auto now = std::chrono::system_clock::now();
  EXPECT_EQ(wall_time(number(now)), now);
  EXPECT_EQ(wall_time(number(WallTime{})), WallTime{});
}

}  // namespace
}  // namespace gw::records
