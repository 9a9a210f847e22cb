#include "app/cli.hpp"

#include <gmock/gmock.h>

namespace gw::app {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::expected<Command, CommandLineEnd> parse(std::initializer_list<const char*> words) {
  return parse_command_line(std::span(words.begin(), words.size()));
}

template <class T>
T parsed(std::initializer_list<const char*> words) {
  auto command = parse(words);
  EXPECT_TRUE(command) << command.error().text;
  const auto* wanted = command ? std::get_if<T>(&*command) : nullptr;
  EXPECT_NE(wanted, nullptr);
  return wanted ? *wanted : T{};
}

TEST(CommandLine, WithoutACommandItServes) {
  EXPECT_THAT(parsed<ServeCommand>({}).flags, IsEmpty());
  EXPECT_THAT(parsed<ServeCommand>({"--port", "9000"}).flags,
              ElementsAre(FieldsAre("--port", "PORT", "9000")));
}

TEST(CommandLine, FlagsAreSettings) {
  EXPECT_THAT(parsed<ServeCommand>({"serve", "--host=::", "--port", "0", "--data-dir", "d",
                                    "--config", "c.yaml", "--web-dir", "w"})
                  .flags,
              testing::UnorderedElementsAre(FieldsAre("--host", "HOST", "::"),
                                            FieldsAre("--port", "PORT", "0"),
                                            FieldsAre("--data-dir", "DATA_DIR", "d"),
                                            FieldsAre("--config", "CONFIG_FILE", "c.yaml"),
                                            FieldsAre("--web-dir", "WEB_DIR", "w")));
}

TEST(CommandLine, OfAFlagGivenTwiceTheLastCounts) {
  EXPECT_THAT(parsed<ServeCommand>({"--port", "1", "--port", "2"}).flags.back(),
              FieldsAre("--port", "PORT", "2"));
}

TEST(CommandLine, EachCommandIsUnderstood) {
  EXPECT_THAT(parsed<CheckConfigCommand>({"check-config", "--config", "c.yaml"}).flags,
              ElementsAre(FieldsAre("--config", "CONFIG_FILE", "c.yaml")));
  EXPECT_THAT(parsed<HealthcheckCommand>({"healthcheck", "--port", "1"}).flags,
              ElementsAre(FieldsAre("--port", "PORT", "1")));
  EXPECT_EQ(parsed<DoctorCommand>({"doctor", "--port", "1"}).format, DoctorFormat::text);
  EXPECT_EQ(parsed<DoctorCommand>({"doctor", "--json"}).format, DoctorFormat::json);
  EXPECT_EQ(parsed<KeysCommand>({"keys"}).display, KeyDisplay::hidden);
  EXPECT_EQ(parsed<KeysCommand>({"keys", "--show"}).display, KeyDisplay::shown);
  EXPECT_EQ(parsed<BackupCommand>({"backup", "out.db", "--data-dir", "d"}).file, "out.db");
  EXPECT_THAT(parsed<RestoreCommand>({"restore", "--data-dir", "d", "in.db"}).flags,
              ElementsAre(FieldsAre("--data-dir", "DATA_DIR", "d")));
  EXPECT_FALSE(parse({"backup"})) << "the file is not optional";
  EXPECT_FALSE(parse({"restore", "a.db", "b.db"}));
  parsed<VersionCommand>({"version"});
  parsed<VersionCommand>({"--version"});
}

TEST(CommandLine, HelpIsPrintedAndEndsWell) {
  for (const auto* flag : {"--help", "-h"}) {
    const auto command = parse({flag});

    ASSERT_FALSE(command);
    EXPECT_EQ(command.error().exit_code, 0);
    EXPECT_THAT(command.error().text, HasSubstr("check-config"));
  }
  EXPECT_THAT(parse({"serve", "--help"}).error().text, HasSubstr("--data-dir"));
}

TEST(CommandLine, WhatIsNotUnderstoodEndsWithTwo) {
  for (const auto& words : {std::initializer_list<const char*>{"--prot", "1"},
                            {"--port"},
                            {"paint"},
                            {"version", "--port", "1"},
                            {"serve", "check-config"},
                            {"backup"}}) {
    const auto command = parse(words);

    ASSERT_FALSE(command) << *words.begin();
    EXPECT_EQ(command.error().exit_code, 2);
    EXPECT_THAT(command.error().text, Not(IsEmpty()));
  }
  EXPECT_THAT(parse({"paint"}).error().text, HasSubstr("no command 'paint'"));
}

}  // namespace
}  // namespace gw::app
