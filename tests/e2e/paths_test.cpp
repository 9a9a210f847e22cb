// Targets made to reach files that no client may have.
#include "tests/e2e/shared_gateway.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace gw::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  auto line = text.str();
  return line.substr(0, line.find('\n'));
}

class Paths : public SharedGateway {
 protected:
  // Keys of its own making, so that there are files worth stealing.
  static void SetUpTestSuite() {
    start({.environment = {{"ADMIN_KEY", "sk-test-admin-of-paths"}},
           .files = {{".env", "METRICS_KEY=sk-test-secret-of-dotenv\n"}}});
    std::ofstream(gateway().data_dir() / "images" / "planted.png") << "sk-test-planted";
  }

  void expect_nothing(const std::string& target) {
    SCOPED_TRACE(target.substr(0, 200));
    const auto answer = send(get(target).with_key());
    EXPECT_THAT(answer.status, testing::AnyOf(400, 403, 404, 405, 431));
    EXPECT_EQ(envelope_fault(answer), std::nullopt);
    const auto keys = gateway().data_dir() / "keys";
    for (const auto& secret : {text_of(keys / "signing_key"), std::string("sk-test-secret-of"),
                               std::string("sk-test-planted"), std::string("root:x:0")}) {
      ASSERT_FALSE(secret.empty());
      EXPECT_FALSE(answer.body.contains(secret));
      EXPECT_FALSE(answer.head.contains(secret));
    }
  }
};

TEST_F(Paths, NoTrickReachesAFile) {
  const std::vector<std::string> targets{
      "/images/../keys/signing_key",
      "/images/..%2fkeys%2fsigning_key",
      "/images/%2e%2e/keys/signing_key",
      "/images/%2e%2e%2fkeys%2fsigning_key",
      "/images/%252e%252e%252fkeys%252fsigning_key",
      "/images/....//keys/signing_key",
      "/images/..%5ckeys%5csigning_key",
      "/images/..\\keys\\signing_key",
      "/images//../keys/signing_key",
      "/images/%c0%ae%c0%ae%c0%afkeys%c0%afsigning_key",
      "/images/signing_key%00.png",
      "/images/%00",
      "/images/planted.png",
      "/images/planted.png?expires=99999999999&signature=",
      "/images/pl/an/planted.png",
      "/images/",
      "/images",
      "/images/.",
      "/images/..",
      "/images/tmp",
      "/keys/signing_key",
      "/data/keys/signing_key",
      "/../../../../etc/passwd",
      "/..%2f..%2f..%2f..%2fetc%2fpasswd",
      "/images//etc/passwd",
      "/images/%2fetc%2fpasswd",
      "//etc/passwd",
      "/.env",
      "/%2eenv",
      "/static/../.env",
      "/v1/models/..%2f..%2f.env",
      "/v1/models/%2e%2e/%2e%2e/.env",
      "/images/%",
      "/images/%zz.png",
      "/images/%E4%BD%A0.png",
  };
  for (const auto& target : targets) expect_nothing(target);
}

TEST_F(Paths, LongOnesCostNothing) {
  expect_nothing("/images/" + std::string(8'000, 'a') + ".png");
  expect_nothing("/" + std::string(20'000, 'a'));
  std::string steps;
  for (int i = 0; i < 2'000; ++i) steps += "../";
  expect_nothing("/images/" + steps + "etc/passwd");
  expect_nothing("/images/x.png?" + std::string(10'000, '&'));
}

TEST_F(Paths, AnEchoOfTheTargetIsNeverAPage) {
  const auto answer = send(get("/<script>alert(1)</script>"));
  EXPECT_THAT(answer, IsError(404, "null", "null"));
  EXPECT_THAT(answer, HasHeader("X-Content-Type-Options", "nosniff"));
  EXPECT_THAT(answer.header("Content-Security-Policy").value_or(""),
              testing::HasSubstr("default-src 'none'"));
}

}  // namespace
}  // namespace gw::test
