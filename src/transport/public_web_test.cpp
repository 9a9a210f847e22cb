#include "transport/public_web.hpp"

#include "base/task_group.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;
using testing::HasSubstr;

ScriptedServer::Script always(std::string bytes) {
  return [=](const RawRequest&, std::size_t) {
    return ScriptedAnswer{bytes, ScriptedAnswer::Then::keep_open};
  };
}

boost::asio::ip::address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

class PublicWebTest : public testing::Test {
 protected:
  // Every name leads to `server`, and this machine is allowed.
  static PublicWebOptions to(const ScriptedServer& server) {
    PublicWebOptions options;
    options.look_up = [port = server.port()](const std::string&, std::uint16_t) {
      return PublicWebOptions::Lookup({{address("127.0.0.1"), port}});
    };
    options.allows = [](const auto&) { return true; };
    return options;
  }

  std::expected<std::string, WebFault> fetch(PublicWebOptions options,
                                             std::string url = "http://pictures.example/a.png") {
    PublicWeb web(io_, lookups_, std::move(options));
    return test::run(io_, read(web, std::move(url)));
  }
  WebFault fault(PublicWebOptions options, std::string url = "http://pictures.example/a.png") {
    const auto fetched = fetch(std::move(options), std::move(url));
    return fetched ? "fetched: " + *fetched : fetched.error();
  }

  static Async<std::expected<std::string, WebFault>> read(PublicWeb& web, std::string url) {
    auto opened = co_await web.open(std::move(url));
    if (!opened) co_return std::unexpected(opened.error());
    std::string all;
    for (;;) {
      const auto piece = co_await (*opened)->next();
      if (!piece) co_return std::unexpected(piece.error().error.detail());
      if (piece->empty()) co_return all;
      all += *piece;
    }
  }

  static Async<void> note(Async<std::expected<std::string, WebFault>> reading,
                          std::string& returned) {
    const auto read = co_await std::move(reading);
    returned = read ? *read : read.error();
  }

  asio::io_context io_{1};
  WorkerPool lookups_{io_.get_executor(), 1};
};

TEST_F(PublicWebTest, ConnectsToTheAddressThatWasJudged) {
  ScriptedServer server(always(http_answer(200, "a picture")));
  EXPECT_EQ(fetch(to(server)).value(), "a picture");

  const auto seen = server.requests().at(0);
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, "/a.png");
  EXPECT_EQ(seen.header("host"), "pictures.example") << "the name stays";
  EXPECT_EQ(seen.header("authorization"), "");
  EXPECT_EQ(seen.header("cookie"), "");
}

// Each form of a host, so that none has its own way around the pin.
TEST_F(PublicWebTest, NoFormOfAHostIsLookedUpASecondTime) {
  ScriptedServer server(always(http_answer(200, "pinned")));
  std::size_t asked = 0;
  for (const auto* url :
       {"http://pictures.example./", "http://PICTURES.example:80/", "http://a_b.example/",
        "http://203.0.113.7/", "http://0x7f.2/", "http://[2001:db8::7]/", "http://localhost/"}) {
    EXPECT_EQ(fetch(to(server), url).value(), "pinned") << url;
    EXPECT_EQ(server.requests().size(), ++asked) << url;
  }
}

TEST_F(PublicWebTest, OneAddressInsideIsEnoughToRefuse) {
  ScriptedServer server(always(http_answer(200, "secret")));
  auto options = PublicWebOptions();
  options.look_up = [&](const std::string&, std::uint16_t) {
    return PublicWebOptions::Lookup(
        {{address("8.8.8.8"), server.port()}, {address("127.0.0.1"), server.port()}});
  };
  EXPECT_THAT(fault(options), HasSubstr("127.0.0.1 is no public address"));
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(PublicWebTest, AsItIsMadeItRefusesThisMachineInEveryForm) {
  for (const auto* host : {"127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1",
                           "0", "0.0.0.0", "localhost", "[::1]", "[::]", "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]", "169.254.169.254", "[64:ff9b::7f00:1]"}) {
    EXPECT_THAT(fault({}, std::string("http://") + host + "/"), HasSubstr("is no public address"))
        << host;
  }
}

TEST_F(PublicWebTest, RedirectsAreNotFollowed) {
  ScriptedServer inside(always(http_answer(200, "secret")));
  for (const int status : {301, 302, 303, 307, 308}) {
    ScriptedServer server(
        always(http_answer(status, "moved", "Location: " + inside.url() + "\r\n")));
    EXPECT_THAT(fault(to(server)), HasSubstr(std::to_string(status)));
    EXPECT_EQ(server.requests().size(), 1u);
  }
  EXPECT_EQ(inside.connections(), 0u);
}

TEST_F(PublicWebTest, OnlyStatus200IsAnAnswer) {
  for (const int status : {201, 204, 206, 404, 500}) {
    ScriptedServer server(always(http_answer(status, "")));
    EXPECT_THAT(fault(to(server)), HasSubstr(std::to_string(status)));
  }
}

TEST_F(PublicWebTest, AnUnusableUrlIsNotLookedUp) {
  auto options = PublicWebOptions();
  std::atomic<int> looked_up = 0;
  options.look_up = [&](const std::string&, std::uint16_t) {
    ++looked_up;
    return PublicWebOptions::Lookup();
  };
  for (const auto* url : {"file:///etc/passwd", "http://a:b@example.com/", "http://a.example:22/"})
    EXPECT_THAT(fault(options, url), testing::Not(HasSubstr("fetched"))) << url;
  EXPECT_EQ(looked_up, 0);
}

TEST_F(PublicWebTest, TheNextAddressIsTriedWhenOneCannotBeReached) {
  ScriptedServer server(always(http_answer(200, "second")));
  std::uint16_t closed = 0;
  {
    closed = ScriptedServer(always("")).port();
  }
  auto options = to(server);
  options.look_up = [&](const std::string&, std::uint16_t) {
    return PublicWebOptions::Lookup(
        {{address("127.0.0.1"), closed}, {address("127.0.0.1"), server.port()}});
  };
  EXPECT_EQ(fetch(options).value(), "second");
}

TEST_F(PublicWebTest, AnAnswerIsNotAskedForTwice) {
  ScriptedServer server(always(http_answer(500, "")));
  auto options = to(server);
  options.look_up = [&](const std::string&, std::uint16_t) {
    const PublicEndpoint same{address("127.0.0.1"), server.port()};
    return PublicWebOptions::Lookup({same, same});
  };
  fault(options);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(PublicWebTest, NoNameAndNoAddressAreFaults) {
  auto options = PublicWebOptions();
  options.look_up = [](const std::string&, std::uint16_t) -> PublicWebOptions::Lookup {
    return std::unexpected("no such name");
  };
  EXPECT_THAT(fault(options), HasSubstr("no such name"));
  options.look_up = [](const std::string&, std::uint16_t) { return PublicWebOptions::Lookup(); };
  EXPECT_THAT(fault(options), HasSubstr("no address"));
}

TEST_F(PublicWebTest, ASlowNameServerIsNotWaitedFor) {
  std::promise<void> answered;
  auto options = PublicWebOptions();
  options.total_time = 50ms;
  options.look_up = [wait = answered.get_future().share()](const std::string&, std::uint16_t) {
    wait.wait();
    return PublicWebOptions::Lookup();
  };
  PublicWeb web(io_, lookups_, options);
  const auto fetched = test::run_until_done(io_, read(web, "http://pictures.example/"));
  ASSERT_FALSE(fetched);
  EXPECT_THAT(fetched.error(), HasSubstr("not looked up in time"));

  // Those that wait behind it have given up by the time they get the thread.
  std::atomic<bool> asked = false;
  options.look_up = [&](const std::string&, std::uint16_t) {
    asked = true;
    return PublicWebOptions::Lookup();
  };
  PublicWeb other(io_, lookups_, options);
  EXPECT_FALSE(test::run_until_done(io_, read(other, "http://pictures.example/")));
  answered.set_value();
  lookups_.stop();
  EXPECT_FALSE(asked);
}

// As a departing client and the end of the process do it.
TEST_F(PublicWebTest, CancelledDuringALookUpItEndsLikeEveryOtherWait) {
  std::promise<void> answered;
  auto options = PublicWebOptions();
  options.look_up = [wait = answered.get_future().share()](const std::string&, std::uint16_t) {
    wait.wait();
    return PublicWebOptions::Lookup();
  };
  PublicWeb web(io_, lookups_, options);
  std::exception_ptr bug;
  std::string returned;
  TaskGroup group(io_.get_executor(), [&](std::exception_ptr escaped) { bug = escaped; });
  const auto member = group.spawn(note(read(web, "http://pictures.example/"), returned));
  io_.poll();
  member.cancel();
  io_.restart();
  while (group.size() > 0 && io_.run_one() > 0) {
  }
  answered.set_value();
  lookups_.stop();

  EXPECT_FALSE(bug) << "what escapes is not operation_aborted";
  EXPECT_EQ(returned, "") << "it must not go on";
}

TEST_F(PublicWebTest, ItIsGivenUpWhenItsCallerHasNoTimeLeft) {
  ScriptedServer silent(always(""));
  PublicWeb web(io_, lookups_, to(silent));
  const auto until = std::chrono::steady_clock::now() + 100ms;
  const auto opened = test::run(io_, web.open("http://pictures.example/", until));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error(), HasSubstr("curl 28"));
}

TEST_F(PublicWebTest, ASlowOrEndlessAnswerIsCut) {
  ScriptedServer silent(always(""));
  auto options = to(silent);
  options.total_time = 100ms;
  EXPECT_THAT(fault(options), HasSubstr("curl 28"));

  ScriptedServer dripping(always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome"));
  options.look_up = to(dripping).look_up;
  EXPECT_THAT(fault(options), HasSubstr("curl 28"));

  ScriptedServer large(always(http_answer(200, std::string(100'001, 'x'))));
  options = to(large);
  options.max_answer_bytes = 100'000;
  EXPECT_THAT(fault(options), HasSubstr("curl 23"));
}

}  // namespace
}  // namespace gw
