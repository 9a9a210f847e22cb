// Of a picture that is paid for, behind an edge that opens and closes.
#include "providers/common/picture_fetch.hpp"

#include "base/task_group.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace gw {
namespace {

using namespace std::chrono_literals;
using Advice = EdgeTrouble::Advice;
using Stage = TransferFault::Stage;

const std::string kPng = test::fake_png({64, 48}, "the picture");

IncomingAnswer answer(int status) {
  IncomingAnswer answer;
  answer.status = status;
  answer.body.blocks = {kPng};
  return answer;
}

TransferFault by_the_edge(EdgeTrouble trouble, Stage stage = Stage::before_send) {
  return {.stage = stage,
          .timed_out = false,
          .error = Error(ErrorKind::upstream_challenged, "renew the clearance"),
          .edge = trouble};
}

EdgeTrouble shut() {
  EdgeTrouble trouble;
  trouble.advice = Advice::hold;
  trouble.shut = true;
  return trouble;
}

EdgeTrouble shut_for(std::chrono::milliseconds time) {
  auto trouble = shut();
  trouble.shut_for = time;
  return trouble;
}

EdgeTrouble challenged() {
  auto trouble = shut();
  trouble.challenged = true;
  return trouble;
}

class EdgeClient final : public HttpClient {
 public:
  Async<Transfer> perform(OutgoingRequest) override {
    ++asked;
    Transfer next = answer(200);
    if (!answers.empty()) {
      next = std::move(answers.front());
      answers.pop_front();
    }
    co_return next;
  }
  std::optional<TransferFault> refusal() override {
    ++looks;
    if (!closed || looks > open_after) return std::nullopt;
    return by_the_edge(*closed);
  }

  std::deque<Transfer> answers;  // the next ones; then the picture
  std::optional<EdgeTrouble> closed;
  int open_after = 1;  // looks
  int asked = 0;
  int looks = 0;
};

class PictureFetch : public testing::Test {
 protected:
  PictureSource source() {
    PictureSource source{.client = client_,
                         .server = server_,
                         .proxy = proxy_,
                         .extra_headers = headers_,
                         .partition = "acc_me",
                         .setting = "BASE_URL",
                         .member = "url"};
    source.patience = patience_;
    return source;
  }
  Answer fetch() { return test::run(io_, fetch_picture(source(), PictureUrl{"/1.png"})); }

  asio::io_context io_;
  EdgeClient client_;
  const Address server_{.scheme = "https", .host = "draw.example.com"};
  const Proxy proxy_;
  const ExtraHeaders headers_;
  std::chrono::milliseconds patience_ = 90s;
};

TEST_F(PictureFetch, WaitsForAClearanceThatIsRenewedMeanwhile) {
  client_.answers = {std::unexpected(by_the_edge(shut()))};
  client_.closed = shut();
  const auto picture = fetch();
  ASSERT_TRUE(picture) << "it was drawn and paid for";
  EXPECT_EQ(*picture->bytes, kPng);
  EXPECT_EQ(client_.asked, 2) << "not while it is closed";
  EXPECT_EQ(client_.looks, 2);
}

TEST_F(PictureFetch, WaitsForTheEndOfALimit) {
  client_.answers = {std::unexpected(by_the_edge(shut_for(30s)))};
  EXPECT_TRUE(fetch());
  EXPECT_EQ(client_.asked, 2);
}

TEST_F(PictureFetch, WaitsWhileAnotherRequestDecides) {
  EdgeTrouble another;
  another.advice = Advice::hold;
  client_.answers = {std::unexpected(by_the_edge(another))};
  EXPECT_TRUE(fetch());
}

TEST_F(PictureFetch, WaitsAlsoWhereOnlyTheOperatorLiftsIt) {
  auto blocked = shut();
  blocked.advice = Advice::fail;
  client_.answers = {std::unexpected(by_the_edge(blocked))};
  EXPECT_TRUE(fetch());
}

TEST_F(PictureFetch, AsksOnceMoreAfterAnAnswerToAnOlderClearance) {
  EdgeTrouble stale;
  stale.advice = Advice::again;
  stale.challenged = true;
  client_.answers = {std::unexpected(by_the_edge(stale))};
  EXPECT_TRUE(fetch());
}

TEST_F(PictureFetch, IsNotSentAThirdTimeIntoAChallenge) {
  client_.answers = {std::unexpected(by_the_edge(challenged())),
                     std::unexpected(by_the_edge(challenged()))};
  const auto picture = fetch();
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().error.kind(), ErrorKind::upstream_challenged);
  EXPECT_EQ(client_.asked, 2);
}

TEST_F(PictureFetch, WaitsForNoLongerThanItMay) {
  client_.answers = {std::unexpected(by_the_edge(shut_for(91s)))};
  EXPECT_FALSE(fetch()) << "known at once";
  patience_ = 100ms;
  client_.answers = {std::unexpected(by_the_edge(shut()))};
  client_.closed = shut();
  client_.open_after = 1000;
  EXPECT_FALSE(fetch());
  EXPECT_EQ(client_.asked, 2);
}

TEST_F(PictureFetch, ARefusalOfThisOneIsFinal) {
  client_.answers = {std::unexpected(by_the_edge({}))};
  EXPECT_FALSE(fetch()) << "nothing is shut: it is this one that is not let through";
  EXPECT_EQ(client_.asked, 1);
}

TEST_F(PictureFetch, TriesThriceWhatMayPass) {
  client_.answers = {answer(502), std::unexpected(by_the_edge({}, Stage::unsure))};
  EXPECT_TRUE(fetch()) << "reading it again costs nothing, whoever answered";
  client_.answers = {answer(502), answer(502), answer(502)};
  EXPECT_FALSE(fetch());
  EXPECT_EQ(client_.asked, 6);
}

TEST_F(PictureFetch, AWaitIsCancelledAtOnce) {
  client_.answers = {std::unexpected(by_the_edge(shut()))};
  client_.closed = shut();
  client_.open_after = 1000;
  const auto fetched = [](PictureSource from) -> Async<void> {
    co_await fetch_picture(std::move(from), PictureUrl{"/1.png"});
  };
  TaskGroup group(io_.get_executor(), [](std::exception_ptr bug) { std::rethrow_exception(bug); });
  const auto member = group.spawn(fetched(source()));
  io_.poll();
  EXPECT_EQ(group.size(), 1u);
  member.cancel();
  io_.restart();
  io_.poll();
  EXPECT_EQ(group.size(), 0u);
}

}  // namespace
}  // namespace gw
