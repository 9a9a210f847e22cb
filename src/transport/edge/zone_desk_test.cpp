// The desk by a client whose answers come when the test says so.
#include "transport/edge/zone_desk.hpp"

#include "base/event.hpp"
#include "base/task_group.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"
#include "transport/edge/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw::edge {
namespace {

using namespace std::chrono_literals;
using Advice = EdgeTrouble::Advice;
using testing::HasSubstr;

constexpr const char* kBrowser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0";
constexpr const char* kValue = "the-clearance-of-the-operator";

IncomingAnswer good() {
  IncomingAnswer answer;
  answer.status = 200;
  answer.headers = {{"content-type", "application/json"}};
  answer.body.blocks = {"{}"};
  return answer;
}

IncomingAnswer challenge() {
  IncomingAnswer answer;
  answer.status = 403;
  answer.headers = {{"cf-mitigated", "challenge"}, {"cf-ray", "0123456789abcdef-FRA"}};
  return answer;
}

IncomingAnswer limited() {
  IncomingAnswer answer;
  answer.status = 429;
  answer.headers = {{"content-type", "text/plain"}};
  answer.body.blocks = {"error code: 1015"};
  return answer;
}

TransferFault no_answer() {
  return {.stage = TransferFault::Stage::before_send,
          .timed_out = false,
          .error = Error(ErrorKind::upstream_unavailable, "not there")};
}

class ScriptedClient final : public StreamingHttpClient {
 public:
  explicit ScriptedClient(asio::io_context& io) : held_(io.get_executor()) { held_.set(); }

  Async<Transfer> perform(OutgoingRequest request) override {
    const bool waits = request.url.contains(held_part_);
    requests.push_back(std::move(request));
    Transfer answer = good();
    if (!answers.empty()) {
      answer = std::move(answers.front());
      answers.pop_front();
    }
    if (waits) co_await held_.wait();
    co_return answer;
  }
  Async<Opening> open(OutgoingRequest) override { co_return std::unexpected(no_answer()); }

  // Those whose URL has this part in it.
  void hold(std::string_view part) {
    held_part_ = part;
    held_.reset();
  }
  void release() { held_.set(); }

  std::deque<Transfer> answers;  // the next ones; then good
  std::vector<OutgoingRequest> requests;

 private:
  Event held_;
  std::string held_part_;
};

// Time goes on while it is read.
class TickingClock final : public Clock {
 public:
  explicit TickingClock(WallTime wall) : wall_(wall) {}
  SteadyTime now() const override { return {}; }
  WallTime wall() const override { return std::exchange(wall_, wall_ + tick); }
  void advance(std::chrono::seconds by) { wall_ += by; }

  std::chrono::seconds tick{0};

 private:
  mutable WallTime wall_;
};

// Writes when the test says so.
class SlowKeeper final : public ZoneKeeper {
 public:
  explicit SlowKeeper(asio::io_context& io) : held_(io.get_executor()) { held_.set(); }

  Async<std::optional<Secret>> load(std::string) override { co_return std::nullopt; }
  Async<bool> save(std::string, Secret record) override {
    begun.push_back(record.reveal());
    const bool fits = !full;
    co_await held_.wait();
    co_return fits;
  }
  void hold() { held_.reset(); }
  void release() { held_.set(); }

  bool full = false;
  std::vector<std::string> begun;

 private:
  Event held_;
};

class ZoneDeskTest : public testing::Test {
 protected:
  ZoneDeskTest() { make(clock_, nullptr); }

  void make(const Clock& clock, ZoneKeeper* keeper) {
    ZoneOptions options;
    options.zone = {.scheme = "https", .host = "draw.example.com"};
    options.egress = "direct";
    options.probe.url = "https://draw.example.com/api/models";
    desk_ = std::make_shared<ZoneDesk>(client_, std::move(options), clock, log_, keeper);
    gate_ = std::make_unique<Gate>(client_, desk_);
    desk_->on_changed([this](const std::optional<Closed>& closed) {
      told_.push_back(!closed                ? "open"
                      : closed->for_at_least ? std::to_string(closed->for_at_least->count())
                                             : "shut");
    });
  }

  // Begins, and has ended by now if nothing holds it up.
  TaskGroup::Member begin(std::optional<Transfer>& into) {
    auto member = group_.spawn(store(gate_->perform(request()), into));
    turn();
    return member;
  }
  Transfer ask() {
    std::optional<Transfer> answer;
    begin(answer);
    return answer.value();
  }
  static OutgoingRequest request() {
    OutgoingRequest request;
    request.url = "https://draw.example.com/api/generate";
    return request;
  }
  TaskGroup::Member begin_paste() {
    auto member = group_.spawn(pasted());
    turn();
    return member;
  }
  void tend(bool wanted) {
    group_.spawn(desk_->tend(wanted));
    turn();
  }
  // Whether all is kept.
  TaskGroup::Member begin_keep(bool& kept) {
    auto member = group_.spawn(keep(*desk_, kept));
    turn();
    return member;
  }
  static Async<void> keep(ZoneDesk& desk, bool& kept) {
    co_await desk.keep();
    kept = true;
  }
  bool try_again() {
    std::optional<bool> tried;
    group_.spawn(store(desk_->try_again(), tried));
    turn();
    return tried.value();
  }
  void turn() {
    io_.restart();
    io_.poll();
  }
  void release() {
    client_.release();
    turn();
  }
  State state() const { return desk_->zone().state(); }

  template <class T>
  static Async<void> store(Async<T> work, std::optional<T>& into) {
    into = co_await std::move(work);
  }
  Async<void> pasted() {
    const PasteForm form{.text = kValue, .user_agent = kBrowser};
    const auto taken = co_await desk_->paste(form, expires_);
    EXPECT_TRUE(taken);
  }

  asio::io_context io_;
  TaskGroup group_{io_.get_executor(), [](std::exception_ptr bug) { std::rethrow_exception(bug); }};
  test::ManualClock clock_{WallTime(std::chrono::seconds(1'795'389'421))};
  test::RecordingLog log_;
  ScriptedClient client_{io_};
  SlowKeeper keeper_{io_};
  std::optional<WallTime> expires_;
  std::shared_ptr<ZoneDesk> desk_;
  std::unique_ptr<Gate> gate_;
  std::vector<std::string> told_;
};

TEST_F(ZoneDeskTest, SaysWhenNothingIsLetThroughAndWhenThatIsOver) {
  client_.answers = {challenge()};
  EXPECT_FALSE(ask());
  EXPECT_EQ(told_, std::vector<std::string>({"shut"}));
  begin_paste();
  EXPECT_EQ(state(), State::valid);
  EXPECT_EQ(told_.back(), "open");
}

TEST_F(ZoneDeskTest, SaysNothingOfWhatIsNoNews) {
  begin_paste();
  auto renewed = good();
  renewed.headers.emplace_back("set-cookie", "cf_clearance=renewed-by-the-edge; Path=/; Secure");
  client_.answers = {renewed};
  EXPECT_TRUE(ask());
  EXPECT_THAT(told_, testing::IsEmpty()) << "others may have shut the host";
}

TEST_F(ZoneDeskTest, ALateChallengeOfAnOlderClearanceIsStaleNews) {
  begin_paste();
  client_.hold("generate");
  client_.answers = {challenge()};
  std::optional<Transfer> late;
  begin(late);
  begin_paste();
  release();
  ASSERT_TRUE(late && !*late);
  EXPECT_EQ(late->error().edge->advice, Advice::again);
  EXPECT_TRUE(late->error().edge->challenged);
  EXPECT_FALSE(late->error().edge->shut);
  EXPECT_EQ(state(), State::valid);
}

TEST_F(ZoneDeskTest, ACancelledTrialIsGivenBack) {
  client_.answers = {limited()};
  EXPECT_FALSE(ask());
  EXPECT_EQ(told_, std::vector<std::string>({"30000"}));
  clock_.advance(30s);
  client_.hold("generate");
  std::optional<Transfer> trial;
  const auto member = begin(trial);
  ASSERT_EQ(client_.requests.size(), 2u);
  const auto other = ask().error();
  EXPECT_FALSE(other.edge->shut) << "the one that is out decides";
  EXPECT_EQ(other.edge->advice, Advice::hold);
  member.cancel();
  turn();
  EXPECT_FALSE(trial);
  EXPECT_FALSE(gate_->refusal()) << "the next may try";
  EXPECT_EQ(told_.back(), "0") << "one real request";
  client_.release();
  EXPECT_TRUE(ask());
  EXPECT_EQ(told_.back(), "open");
}

TEST_F(ZoneDeskTest, AnAbandonedProbeHasHadNoAnswer) {
  client_.answers = {challenge()};
  EXPECT_FALSE(ask());
  client_.hold("models");
  const auto member = begin_paste();
  EXPECT_EQ(state(), State::probing);
  member.cancel();
  turn();
  EXPECT_EQ(state(), State::needed);
  client_.release();
  EXPECT_TRUE(try_again()) << "what was pasted is still there";
  EXPECT_EQ(state(), State::valid);
  EXPECT_EQ(client_.requests.back().user_agent, kBrowser);
}

TEST_F(ZoneDeskTest, AProbeWithoutAnAnswerIsTriedTwiceMore) {
  client_.answers = {challenge(), std::unexpected(no_answer()), std::unexpected(no_answer()),
                     std::unexpected(no_answer())};
  EXPECT_FALSE(ask());
  begin_paste();
  EXPECT_EQ(client_.requests.size(), 4u);
  EXPECT_EQ(state(), State::needed);
  EXPECT_THAT(desk_->last_probe(), HasSubstr("no answer"));
}

TEST_F(ZoneDeskTest, LooksQuietlyWhenSomebodyWantsToDraw) {
  client_.answers = {challenge(), challenge()};
  EXPECT_FALSE(ask());
  tend(true);
  EXPECT_EQ(client_.requests.size(), 1u) << "not due";
  clock_.advance(15min);
  tend(false);
  EXPECT_EQ(client_.requests.size(), 1u) << "nobody asks for it";
  tend(true);
  EXPECT_EQ(client_.requests.size(), 2u);
  EXPECT_EQ(log_.count("needs_clearance"), 1u) << "that was known";
  tend(true);
  EXPECT_EQ(client_.requests.size(), 2u) << "once in a quarter of an hour";
  clock_.advance(15min);
  tend(true);
  EXPECT_EQ(state(), State::unneeded);
  EXPECT_EQ(told_.back(), "open");
}

TEST_F(ZoneDeskTest, NeverLooksToKeepAClearanceAlive) {
  begin_paste();
  for (int i = 0; i < 4; ++i) {
    clock_.advance(15min);
    tend(true);
  }
  EXPECT_EQ(client_.requests.size(), 1u) << "the probe of the paste";
  EXPECT_EQ(state(), State::valid) << "until the edge says otherwise";
  EXPECT_EQ(log_.count("clearance_ends_soon"), 1u);
}

TEST_F(ZoneDeskTest, AClearanceEndsIdleOrUnderLoad) {
  expires_ = clock_.wall() + 10min;
  begin_paste();
  clock_.advance(10min);
  tend(false);
  EXPECT_EQ(state(), State::needed);
  EXPECT_EQ(told_.back(), "shut");
  expires_ = clock_.wall() + 10min;
  begin_paste();
  EXPECT_TRUE(ask());
  clock_.advance(10min);
  EXPECT_THAT(ask().error().error.message(), HasSubstr("past its time"));
  EXPECT_EQ(told_.back(), "shut");
}

TEST_F(ZoneDeskTest, TheOneThatMayTryWithoutIsTold) {
  client_.answers = {challenge()};
  EXPECT_FALSE(ask());
  EXPECT_TRUE(desk_->try_without());
  EXPECT_EQ(told_.back(), "0");
  EXPECT_TRUE(ask());
  EXPECT_EQ(told_.back(), "open");
  EXPECT_FALSE(desk_->try_without()) << "there is nothing to try";
}

TEST_F(ZoneDeskTest, CountsWhatTheEdgeSaidAndWhatBecameOfTheZone) {
  client_.answers = {limited(), challenge()};
  EXPECT_FALSE(ask());
  clock_.advance(30s);
  EXPECT_FALSE(ask());
  EXPECT_EQ(desk_->counts().at({Kind::rate_limited, 1015}), 1u);
  EXPECT_EQ(desk_->counts().at({Kind::challenge, 0}), 1u);
  EXPECT_EQ(desk_->moves().at({State::unneeded, State::cooling, Reason::rate_limited}), 1u);
}

TEST_F(ZoneDeskTest, WhatIsKnownIsCountedBesideManyMadeUpCodes) {
  const auto ask_with_code = [&](int code) {
    IncomingAnswer answer;
    answer.status = 500;
    answer.headers = {{"content-type", "text/plain"}};
    answer.body.blocks = {"error code: " + std::to_string(code)};
    client_.answers = {std::move(answer)};
    EXPECT_FALSE(ask());
  };
  for (int code = 1300; code < 1400; ++code) ask_with_code(code);
  ask_with_code(1300);
  ask_with_code(1450);
  EXPECT_EQ(desk_->counts().at({Kind::origin_error, 1300}), 2u);
  EXPECT_EQ(desk_->counts().at({Kind::origin_error, 0}), 1u);
}

TEST_F(ZoneDeskTest, WhatARejectedClearanceIsSetIsNotTheWorkingOnes) {
  begin_paste();
  auto rejected = challenge();
  rejected.headers.emplace_back("set-cookie", "__cf_bm=of-the-rejected-one; Path=/; Secure");
  rejected.headers.emplace_back("set-cookie", "cf_clearance=; Path=/; Max-Age=0; Secure");
  client_.answers = {rejected};
  begin_paste();
  ASSERT_EQ(state(), State::valid) << "a newer one was rejected";
  ASSERT_TRUE(ask());
  const std::pair<std::string, std::string> cookie{"Cookie", std::string("cf_clearance=") + kValue};
  EXPECT_THAT(client_.requests.back().headers, testing::Contains(cookie));
}

TEST_F(ZoneDeskTest, WhatAnAcceptedClearanceIsSetGoesWithIt) {
  auto accepted = good();
  accepted.headers.emplace_back("set-cookie", "__cf_bm=of-its-probe; Path=/; Secure");
  client_.answers = {accepted};
  begin_paste();
  ASSERT_TRUE(ask());
  const auto cookie = std::string("cf_clearance=") + kValue + "; __cf_bm=of-its-probe";
  EXPECT_THAT(client_.requests.back().headers, testing::Contains(testing::Pair("Cookie", cookie)));
}

TEST_F(ZoneDeskTest, ACooldownThatEndsWhileItIsAskedIsRefusedOnceMore) {
  TickingClock clock(clock_.wall());
  make(clock, nullptr);
  client_.answers = {limited()};
  EXPECT_FALSE(ask());
  clock.advance(29s);
  clock.tick = 1s;
  const auto fault = ask().error();
  EXPECT_EQ(fault.edge->advice, Advice::hold);
  EXPECT_EQ(fault.edge->shut_for, 1s);
}

TEST_F(ZoneDeskTest, WhatCouldNotBeKeptIsTriedAgainEachMinute) {
  make(clock_, &keeper_);
  keeper_.full = true;
  client_.answers = {challenge()};
  EXPECT_FALSE(ask());
  EXPECT_EQ(keeper_.begun.size(), 1u);
  EXPECT_FALSE(desk_->has_news()) << "not by every answer";
  tend(false);
  EXPECT_EQ(keeper_.begun.size(), 2u);
  keeper_.full = false;
  tend(false);
  EXPECT_EQ(keeper_.begun.size(), 3u);
  tend(false);
  EXPECT_EQ(keeper_.begun.size(), 3u) << "it is kept";
}

TEST_F(ZoneDeskTest, WhoComesWhileItIsWrittenWaitsForThat) {
  make(clock_, &keeper_);
  keeper_.hold();
  client_.answers = {challenge()};
  std::optional<Transfer> answer;
  begin(answer);
  bool kept = false;
  begin_keep(kept);
  EXPECT_FALSE(answer) << "on disk before anybody acts";
  EXPECT_FALSE(kept);
  keeper_.release();
  turn();
  EXPECT_TRUE(answer);
  EXPECT_TRUE(kept);
  EXPECT_EQ(keeper_.begun.size(), 1u) << "what it came with was in it";
}

TEST_F(ZoneDeskTest, NewsOfMeanwhileAreWrittenNext) {
  make(clock_, &keeper_);
  keeper_.hold();
  client_.answers = {challenge()};
  std::optional<Transfer> answer;
  begin(answer);
  begin_paste();
  bool kept = false;
  begin_keep(kept);
  EXPECT_EQ(keeper_.begun.size(), 1u) << "one at a time";
  keeper_.release();
  turn();
  EXPECT_TRUE(kept);
  ASSERT_EQ(keeper_.begun.size(), 2u);
  EXPECT_THAT(keeper_.begun.back(), HasSubstr(kValue));
}

TEST_F(ZoneDeskTest, AFullDiskHoldsNobodyUp) {
  make(clock_, &keeper_);
  keeper_.hold();
  keeper_.full = true;
  client_.answers = {challenge()};
  std::optional<Transfer> answer;
  begin(answer);
  bool kept = false;
  begin_keep(kept);
  keeper_.release();
  turn();
  EXPECT_TRUE(answer);
  EXPECT_TRUE(kept) << "as far as it can be";
  EXPECT_EQ(keeper_.begun.size(), 1u);
}

TEST_F(ZoneDeskTest, AWriteThatIsAbandonedIsTheNextOnes) {
  make(clock_, &keeper_);
  keeper_.hold();
  client_.answers = {challenge()};
  std::optional<Transfer> answer;
  const auto gone = begin(answer);
  bool kept = false;
  begin_keep(kept);
  gone.cancel();
  turn();
  EXPECT_EQ(keeper_.begun.size(), 2u);
  keeper_.release();
  turn();
  EXPECT_TRUE(kept);
}

TEST_F(ZoneDeskTest, ThreeShortLivesAreALoop) {
  for (int i = 0; i < 4; ++i) {
    begin_paste();
    client_.answers = {challenge()};
    EXPECT_FALSE(ask());
  }
  client_.answers = {};
  const auto fault = ask().error();
  EXPECT_THAT(fault.error.message(), HasSubstr("only the site's owner"));
}

}  // namespace
}  // namespace gw::edge
