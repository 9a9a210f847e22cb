// The gate with the real client before an edge that speaks TLS, by both protocols.
#include "transport/edge/gate.hpp"

#include "base/text.hpp"
#include "tests/support/fake_edge.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace gw::edge {
namespace {

using namespace std::chrono_literals;
using Advice = EdgeTrouble::Advice;
using Stage = TransferFault::Stage;
using test::FakeEdge;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kBrowser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0";

class MemoryKeeper final : public ZoneKeeper {
 public:
  Async<std::optional<Secret>> load(std::string host) override {
    const auto found = kept.find(host);
    co_return found == kept.end() ? std::nullopt : std::optional(Secret(found->second));
  }
  Async<bool> save(std::string host, Secret record) override {
    kept[host] = record.reveal();
    co_return true;
  }
  std::map<std::string, std::string> kept;
};

class GateTest : public testing::TestWithParam<int> {
 protected:
  GateTest() { renew(); }
  static test::FakeEdgeOptions options() {
    test::FakeEdgeOptions options;
    options.http2 = GetParam() == 20;
    return options;
  }
  // As after a restart.
  void renew(const std::string& egress = "direct") {
    ZoneOptions zone;
    zone.zone = address_of(edge_.url()).value();
    zone.egress = egress;
    zone.probe.url = edge_.url("/api/models");
    desk_ = std::make_shared<ZoneDesk>(*client_, std::move(zone), clock_, log_, &keeper_);
    gate_ = std::make_unique<Gate>(*client_, desk_);
    done(desk_->recall());
  }
  void done(Async<void> work) {
    const auto ended = [](Async<void> inner) -> Async<bool> {
      co_await std::move(inner);
      co_return true;
    };
    test::run(io_, ended(std::move(work)));
  }
  Transfer perform(OutgoingRequest request) {
    return test::run(io_, gate_->perform(std::move(request)));
  }
  OutgoingRequest post(std::string url = {}) {
    OutgoingRequest request;
    request.method = "POST";
    request.url = url.empty() ? edge_.url("/api/generate") : std::move(url);
    request.headers = {{"Content-Type", "application/json"}};
    request.body = "{}";
    return request;
  }
  Transfer ask() { return perform(post()); }
  void paste(std::string value) {
    edge_.accept(value, kBrowser);
    const auto given = [](ZoneDesk& desk, std::string text) -> Async<bool> {
      const PasteForm form{.text = text, .user_agent = kBrowser};
      co_return (co_await desk.paste(form, std::nullopt)).has_value();
    };
    EXPECT_TRUE(test::run(io_, given(*desk_, std::move(value))));
  }
  State state() const { return desk_->zone().state(); }

  asio::io_context io_;
  test::ManualClock clock_{WallTime(std::chrono::seconds(1'795'389'421))};
  test::RecordingLog log_;
  MemoryKeeper keeper_;
  FakeEdge edge_{options()};
  std::unique_ptr<StreamingHttpClient> client_ =
      make_curl_client(io_, {.ca_file = edge_.ca_file()});
  std::shared_ptr<ZoneDesk> desk_;
  std::unique_ptr<Gate> gate_;
};

TEST_P(GateTest, HandsOnWhatIsNotTheEdges) {
  const auto good = ask();
  ASSERT_TRUE(good);
  EXPECT_EQ(good->body.joined(), R"({"ok":true})");
  edge_.answer_next(1, {.status = 403,
                        .headers = {{"content-type", "application/json"}},
                        .body = R"({"error":"not yours"})"});
  EXPECT_EQ(ask()->status, 403);
  EXPECT_EQ(edge_.requests().at(0).header("cookie"), "");
  EXPECT_THAT(edge_.requests().at(0).header("user-agent"), HasSubstr("dreamifly-2api"));
  EXPECT_FALSE(gate_->refusal());
  EXPECT_THAT(keeper_.kept, IsEmpty());
}

TEST_P(GateTest, AChallengeIsAFaultThatSaysWhoHasToDoWhat) {
  edge_.challenge();
  const auto fault = ask().error();
  EXPECT_EQ(fault.stage, Stage::before_send) << "the upstream has not seen it";
  EXPECT_EQ(fault.error.kind(), ErrorKind::upstream_challenged);
  EXPECT_THAT(fault.error.message(),
              AllOf(HasSubstr("localhost"), HasSubstr("-TST"), HasSubstr("renew the clearance"),
                    Not(HasSubstr("moment"))));
  ASSERT_TRUE(fault.edge);
  EXPECT_EQ(fault.edge->advice, Advice::hold);
  EXPECT_TRUE(fault.edge->challenged);
  EXPECT_TRUE(fault.edge->shut);
  EXPECT_FALSE(fault.edge->shut_for);
  EXPECT_EQ(log_.count("needs_clearance"), 1u);
}

TEST_P(GateTest, NothingIsSentWhileAClearanceIsNeeded) {
  edge_.challenge();
  ASSERT_FALSE(ask());
  const auto fault = ask().error();
  EXPECT_EQ(fault.error.kind(), ErrorKind::upstream_challenged);
  EXPECT_FALSE(fault.edge->challenged) << "this one was not";
  EXPECT_EQ(fault.edge->advice, Advice::hold);
  EXPECT_TRUE(gate_->refusal());
  EXPECT_EQ(edge_.requests().size(), 1u);
  EXPECT_EQ(log_.count("needs_clearance"), 1u);
}

TEST_P(GateTest, AClearanceGoesWithEveryRequestToItsZone) {
  edge_.challenge();
  ASSERT_FALSE(ask());
  paste("the-clearance-of-the-operator");
  EXPECT_EQ(state(), State::valid);
  auto request = post();
  request.headers.emplace_back("Cookie", "session=1");
  ASSERT_TRUE(perform(std::move(request)));
  const auto last = edge_.requests().back();
  EXPECT_EQ(last.header("cookie"), "session=1; cf_clearance=the-clearance-of-the-operator");
  EXPECT_EQ(last.header("user-agent"), kBrowser);
}

TEST_P(GateTest, ItGoesNowhereElse) {
  edge_.challenge();
  ASSERT_FALSE(ask());
  paste("the-clearance-of-the-operator");
  auto elsewhere = edge_.url("/picture.png");
  elsewhere.replace(elsewhere.find("localhost"), 9, "127.0.0.1");
  edge_.let_through();
  ASSERT_TRUE(perform(post(elsewhere)));
  EXPECT_EQ(edge_.requests().back().header("cookie"), "");
  EXPECT_THAT(edge_.requests().back().header("user-agent"), HasSubstr("dreamifly-2api"));
}

TEST_P(GateTest, ARenewedCookieIsUsedNextAndOverARestart) {
  edge_.challenge();
  ASSERT_FALSE(ask());
  paste("the-first-clearance-of-all");
  edge_.renew_as("renewed-by-the-edge-itself");
  ASSERT_TRUE(ask());
  EXPECT_THAT(keeper_.kept.begin()->second, HasSubstr("renewed-by-the-edge-itself"));
  edge_.revoke("the-first-clearance-of-all");
  ASSERT_TRUE(ask());
  renew();
  EXPECT_EQ(state(), State::valid);
  ASSERT_TRUE(ask());
  EXPECT_EQ(edge_.requests().back().header("cookie"), "cf_clearance=renewed-by-the-edge-itself");
}

TEST_P(GateTest, AnotherWayOutMakesItVoid) {
  edge_.challenge();
  ASSERT_FALSE(ask());
  paste("the-clearance-of-the-operator");
  renew("http://proxy.example.com:3128");
  EXPECT_EQ(state(), State::unneeded);
  renew("direct ipv6");
  EXPECT_EQ(state(), State::unneeded);
  EXPECT_THAT(keeper_.kept.begin()->second, Not(HasSubstr("the-clearance-of-the-operator")));
}

TEST_P(GateTest, ARefusalOfTheOwnersIsFinalAndKept) {
  edge_.answer_next(1, test::structured_error(1006));
  const auto fault = ask().error();
  EXPECT_EQ(fault.error.kind(), ErrorKind::upstream_blocked);
  EXPECT_THAT(fault.error.message(), HasSubstr("1006"));
  EXPECT_EQ(fault.edge->advice, Advice::fail);
  EXPECT_TRUE(fault.edge->shut);
  renew();
  EXPECT_EQ(ask().error().error.kind(), ErrorKind::upstream_blocked);
  EXPECT_EQ(edge_.requests().size(), 1u);
}

TEST_P(GateTest, AMoodOfTheMomentIsNot) {
  edge_.answer_next(1, test::bare_error(1010));
  const auto fault = ask().error();
  EXPECT_EQ(fault.error.kind(), ErrorKind::upstream_blocked);
  EXPECT_FALSE(fault.edge->shut);
  EXPECT_TRUE(ask());
}

TEST_P(GateTest, ALimitShutsForItsTimeAndOneDecides) {
  edge_.answer_next(2, test::limited("40"));
  const auto fault = ask().error();
  EXPECT_EQ(fault.error.code(), "upstream_rate_limited");
  EXPECT_EQ(fault.error.retry_after(), 40s);
  EXPECT_EQ(fault.edge->advice, Advice::hold);
  EXPECT_FALSE(fault.edge->challenged);
  EXPECT_EQ(fault.edge->shut_for, 40s);
  clock_.advance(39s);
  EXPECT_EQ(ask().error().edge->shut_for, 1s);
  EXPECT_EQ(edge_.requests().size(), 1u);
  clock_.advance(1s);
  EXPECT_EQ(ask().error().edge->shut_for, 60s) << "its trial was limited too";
  clock_.advance(60s);
  EXPECT_TRUE(ask());
  EXPECT_EQ(state(), State::unneeded);
}

TEST_P(GateTest, WhatTheUpstreamMayHaveSeenIsUnsure) {
  for (const auto status : {520, 522, 524, 530}) {
    edge_.answer_next(1, test::origin_trouble(status));
    const auto fault = ask().error();
    EXPECT_EQ(fault.stage, Stage::unsure) << status;
    EXPECT_EQ(fault.edge->advice, Advice::fail);
    EXPECT_FALSE(fault.edge->shut);
    EXPECT_THAT(fault.error.message(), HasSubstr(std::to_string(status)));
  }
  edge_.drop_next(1);
  const auto lost = ask().error();
  EXPECT_EQ(lost.stage, Stage::unsure);
  EXPECT_FALSE(lost.edge) << "nobody has answered";
  EXPECT_EQ(state(), State::unneeded);
  EXPECT_EQ(edge_.requests().size(), 5u) << "each once";
}

// --- answers that are read while they come

class GateStreamTest : public GateTest {
 protected:
  Async<std::expected<std::string, TransferFault>> whole(OutgoingRequest request) {
    auto stream = co_await gate_->open(std::move(request));
    if (!stream) co_return std::unexpected(stream.error());
    std::string all = std::to_string((*stream)->head().status) + " ";
    for (;;) {
      auto piece = co_await (*stream)->next();
      if (!piece) co_return std::unexpected(piece.error());
      if (piece->empty()) co_return all;
      all += *piece;
    }
  }
  std::expected<std::string, TransferFault> read() { return test::run(io_, whole(post())); }
};

TEST_P(GateStreamTest, AreHandedOnFromTheirFirstByte) {
  EXPECT_EQ(read().value(), R"(200 {"ok":true})");
  const std::string complaint = R"({"error":")" + std::string(200'000, 'x') + R"("})";
  edge_.answer_next(
      1, {.status = 400, .headers = {{"content-type", "application/json"}}, .body = complaint});
  EXPECT_EQ(read().value(), "400 " + complaint);
}

TEST_P(GateStreamTest, PassTheZoneToo) {
  edge_.challenge();
  EXPECT_EQ(read().error().error.kind(), ErrorKind::upstream_challenged);
  EXPECT_EQ(read().error().error.kind(), ErrorKind::upstream_challenged);
  EXPECT_EQ(edge_.requests().size(), 1u);
  paste("the-clearance-of-the-operator");
  EXPECT_EQ(read().value(), R"(200 {"ok":true})");
  EXPECT_EQ(edge_.requests().back().header("user-agent"), kBrowser);
}

INSTANTIATE_TEST_SUITE_P(Both, GateTest, testing::Values(11, 20));
INSTANTIATE_TEST_SUITE_P(Both, GateStreamTest, testing::Values(11, 20));

}  // namespace
}  // namespace gw::edge
