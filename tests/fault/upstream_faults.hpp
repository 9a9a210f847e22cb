// The gateway in front of an upstream that misbehaves: what must be true afterwards, whatever it
// did.
#pragma once

#include "tests/e2e/upstream_fixture.hpp"

#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace gw::test {

// How the engine's slots stand when nobody waits any more.
struct Slots {
  double in_use = 0;
  double unsure = 0;
};

class UpstreamFaults : public Upstream {
 protected:
  static constexpr std::string_view kPrompt = "a pear nobody else may read of";
  static constexpr std::string_view kPassword = "correct horse";
  static constexpr const char* kAdminKey = "sk-test-admin-of-this-gateway";

  void start(FakeOptions options = {}, std::map<std::string, std::string> environment = {}) {
    environment.emplace("ADMIN_KEY", kAdminKey);
    Upstream::start(std::move(options), std::move(environment));
  }

  void TearDown() override {
    if (gateway && fake) expect_no_secrets(gateway->standard_error());
    Upstream::TearDown();
  }

  void expect_slots(Slots expected) const {
    EXPECT_EQ(metric(port(), "gw_tasks_running"), expected.in_use);
    EXPECT_EQ(metric(port(), "gw_tasks_queued"), 0);
    EXPECT_EQ(metric(port(), "gw_slots_unsure"), expected.unsure);
  }

  // Neither where the upstream is nor how it is asked, and none of its own words.
  void expect_nothing_internal(const RawAnswer& answer) const {
    for (const std::string_view text : {"127.0.0.1", "/api/", "curl", "html", "imageUrl", "Comfy",
                                        "服务", "better-auth", "DREAMIFLY_"}) {
      EXPECT_THAT(answer.body, testing::Not(testing::HasSubstr(text)));
    }
    expect_no_secrets(answer.head + answer.body);
  }

  void expect_no_secrets(const std::string& said) const {
    for (const auto text : {std::string_view("test-key"), kPassword, kPrompt})
      EXPECT_THAT(said, testing::Not(testing::HasSubstr(text)));
    for (const auto& call : fake->calls()) {
      for (const auto& text : {behind(' ', call.authorization), behind('=', call.cookie)})
        if (!text.empty()) EXPECT_THAT(said, testing::Not(testing::HasSubstr(text)));
    }
  }

  // Five faults in a row shut the host's door. The operator has a look, and one picture may try.
  void open_door() const {
    const Ask check{.method = "POST", .target = "/admin/api/upstreams/dreamifly/check"};
    EXPECT_THAT(send(check.with("Authorization", std::string("Bearer ") + kAdminKey)),
                HasStatus(200));
  }

  // The fake's death takes its sockets with it, as when a server is unplugged.
  std::uint16_t unplug() {
    const auto left = fake->port();
    fake.reset();
    return left;
  }
  void plug_in_again(std::uint16_t at, FakeOptions options = {}) {
    options.port = at;
    fake = std::make_unique<FakeDreamifly>(std::move(options));
  }

 private:
  static std::string behind(char mark, const std::string& text) {
    const auto at = text.find(mark);
    return at == std::string::npos ? std::string() : text.substr(at + 1);
  }
};

}  // namespace gw::test
