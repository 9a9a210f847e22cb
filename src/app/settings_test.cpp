#include "app/settings.hpp"

#include "app/dotenv.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace gw::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string repository_file(const char* name) {
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  std::ostringstream text;
  text << std::ifstream(root / name).rdbuf();
  return text.str();
}

TEST(Settings, NamesAndPathsAreUnique) {
  std::set<std::string_view> names, paths;
  for (const auto& setting : settings()) {
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
    if (!setting.path.empty()) EXPECT_TRUE(paths.insert(setting.path).second) << setting.path;
  }
}

TEST(Settings, NoPathIsASectionOfAnother) {
  for (const auto& setting : settings()) {
    for (const auto& other : settings()) {
      EXPECT_FALSE(!setting.path.empty() && other.path.starts_with(std::string(setting.path) + '.'))
          << setting.path;
    }
  }
}

TEST(Settings, EachExplainsItself) {
  for (const auto& setting : settings()) {
    EXPECT_FALSE(setting.form.empty()) << setting.name;
    EXPECT_TRUE(setting.meaning.ends_with('.')) << setting.name;
  }
}

TEST(Settings, DefaultsAreValuesThatWouldBeAccepted) {
  for (const auto& setting : settings()) {
    const auto value = setting.show(Draft{});
    Draft draft;
    if (value.empty()) continue;
    EXPECT_TRUE(setting.take(draft, value)) << setting.name;
    EXPECT_EQ(setting.show(draft), value) << setting.name;
  }
}

TEST(Settings, TheTableIsMarkdownWithEverySetting) {
  const auto table = settings_markdown();

  for (const auto& setting : settings()) {
    EXPECT_THAT(table, HasSubstr("| `" + std::string(setting.name) + "` |"));
  }
  EXPECT_THAT(
      table,
      HasSubstr(
          "| `PORT` | `server.port` | 0 … 65535 | `8088` | The port; 0 takes a free one. |\n"));
}

TEST(Settings, TheReadmeHoldsTheirTableAsItIs) {
  EXPECT_THAT(repository_file("README.md"), HasSubstr(settings_markdown()));
}

TEST(EnvExample, NamesEverySettingOfThisVersion) {
  const auto text = repository_file(".env.example");

  for (const auto& setting : settings()) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(setting.name == "API_MASTER_KEY" ? "" : "#") +
                                std::string(setting.name) + "="));
  }
}

TEST(EnvExample, SetsNothingButTheKeyThatIsRefused) {
  const auto parsed = parse_dotenv(repository_file(".env.example"));

  EXPECT_THAT(parsed.faults, IsEmpty());
  ASSERT_EQ(parsed.entries.size(), 1u);
  EXPECT_EQ(parsed.entries[0].name, "API_MASTER_KEY");
  Draft draft;
  const auto taken = find_setting("API_MASTER_KEY")->take(draft, parsed.entries[0].value);
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error(), HasSubstr("placeholder of .env.example"));
}

TEST(EnvExample, ItsExamplesAreValuesThatWouldBeAccepted) {
  std::string uncommented;
  std::istringstream lines(repository_file(".env.example"));
  for (std::string line; std::getline(lines, line);) {
    // "#NAME=…" is an example, "# Words" is prose.
    const bool example = line.size() > 1 && line[0] == '#' && line[1] >= 'A' && line[1] <= 'Z';
    uncommented += (example ? line.substr(1) : std::string("#")) + '\n';
  }

  const auto parsed = parse_dotenv(uncommented);

  EXPECT_THAT(parsed.faults, IsEmpty());
  for (const auto& entry : parsed.entries) {
    const auto* setting = find_setting(entry.name);
    ASSERT_NE(setting, nullptr) << entry.name;
    Draft draft;
    const auto taken = setting->take(draft, entry.value);
    EXPECT_TRUE(taken) << entry.name << ": " << taken.error();
  }
}

}  // namespace
}  // namespace gw::app
