#include "app/picture_fetcher.hpp"

#include "tests/support/fake_png.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>

namespace gw::app {
namespace {

using test::fake_png;
using test::http_answer;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::Not;

class PictureFetcherTest : public testing::Test {
 protected:
  // What a web of one server answers to everything.
  Result<Reference> fetch(std::string bytes) {
    ScriptedServer server([=](const RawRequest&, std::size_t) {
      return ScriptedAnswer{bytes, ScriptedAnswer::Then::close};
    });
    auto options = web_options(desk_.options());
    options.look_up = [port = server.port()](const std::string&, std::uint16_t) {
      return PublicWebOptions::Lookup({{boost::asio::ip::make_address("127.0.0.1"), port}});
    };
    options.allows = [](const auto&) { return true; };
    return fetch_with(std::move(options));
  }
  Result<Reference> fetch_with(PublicWebOptions options) {
    PublicWeb web(io_, lookups_, std::move(options));
    PictureFetcher fetcher(web, desk_);
    RemoteUrl url{"http://pictures.example/a.png"};
    return test::run(io_, fetcher.fetch(std::move(url), "images[1].image_url", until_));
  }

  asio::io_context io_{1};
  WorkerPool lookups_{io_.get_executor(), 1};
  test::MemorySpool spool_;
  UploadDesk desk_{spool_, {.max_bytes = 1'000'000}};
  SteadyTime until_ = SteadyTime::max();
};

TEST_F(PictureFetcherTest, WhenTheRequestHasNoTimeLeftTheFieldIsNamed) {
  until_ = std::chrono::steady_clock::now();
  const auto refused = fetch(http_answer(200, fake_png({64, 48})));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "images[1].image_url");
  EXPECT_EQ(refused.error().code(), "invalid_image_url");
  EXPECT_THAT(refused.error().message(), HasSubstr("60 for all pictures of a request"));
}

TEST_F(PictureFetcherTest, APictureOfTheWebIsLikeAnUploadedOne) {
  const auto bytes = fake_png({64, 48}, std::string(700'000, 'x'));
  const auto reference = fetch(http_answer(200, bytes, "Content-Type: text/html\r\n"));

  ASSERT_TRUE(reference) << reference.error().detail();
  EXPECT_EQ(reference->format, ImageFormat::png);
  EXPECT_EQ(reference->size, (ImageSize{64, 48}));
  EXPECT_EQ(reference->digest, sha256(bytes));
  EXPECT_EQ(spool_.used(), bytes.size());
}

TEST_F(PictureFetcherTest, WhatIsNoPictureIsRefusedAndLeavesNothing) {
  for (const auto& body : {std::string("<!doctype html><p>a cat</p>"), std::string()}) {
    const auto refused = fetch(http_answer(200, body, "Content-Type: image/png\r\n"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(refused.error().param(), "images[1].image_url");
  }
  EXPECT_EQ(spool_.files(), 0u);
}

TEST_F(PictureFetcherTest, TheBoundIsThatOfUploads) {
  const auto refused = fetch(http_answer(200, fake_png({8, 8}, std::string(1'000'000, 'x'))));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::too_large);
  EXPECT_EQ(refused.error().param(), "images[1].image_url");
  EXPECT_EQ(spool_.files(), 0u);
}

TEST_F(PictureFetcherTest, WhateverHappenedTheClientReadsOneSentence) {
  PublicWebOptions unknown;
  unknown.look_up = [](const std::string&, std::uint16_t) -> PublicWebOptions::Lookup {
    return std::unexpected("no such name");
  };
  PublicWebOptions inside;
  inside.look_up = [](const std::string&, std::uint16_t port) {
    return PublicWebOptions::Lookup({{boost::asio::ip::make_address("10.1.2.3"), port}});
  };
  const std::pair<Result<Reference>, const char*> refusals[] = {
      {fetch_with(unknown), "no such name"},
      {fetch_with(inside), "10.1.2.3"},
      {fetch(http_answer(302, "", "Location: http://127.0.0.1/\r\n")), "302"},
      {fetch(http_answer(404, "not here")), "404"},
      {fetch(""), "curl 52"},
      {fetch("HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + fake_png({8, 8})), "curl 18"},
  };
  for (const auto& [refused, why] : refusals) {
    ASSERT_FALSE(refused) << why;
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(refused.error().code(), "invalid_image_url");
    EXPECT_EQ(refused.error().message(), refusals[0].first.error().message());
    EXPECT_THAT(refused.error().message(), Not(HasSubstr(why)));
    EXPECT_THAT(refused.error().detail(), HasSubstr(why)) << "for the log";
  }
  EXPECT_EQ(spool_.files(), 0u);
}

TEST_F(PictureFetcherTest, OnlySoManyAreOnTheirWayAtATime) {
  std::promise<void> go;
  PublicWebOptions options;
  options.look_up = [wait = go.get_future().share()](const std::string&, std::uint16_t) {
    wait.wait();
    return PublicWebOptions::Lookup();
  };
  PublicWeb web(io_, lookups_, options);
  PictureFetcher fetcher(web, desk_);
  const auto fetch_one = [&] {
    RemoteUrl url{"http://pictures.example/"};
    return fetcher.fetch(std::move(url), "mask.image_url", until_);
  };
  for (std::size_t i = 0; i < PictureFetcher::kMostAtOnce; ++i)
    asio::co_spawn(io_, fetch_one(), asio::detached);
  io_.poll();

  const auto refused = test::run_until_done(io_, fetch_one());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::queue_full);
  EXPECT_TRUE(refused.error().retry_after());
  go.set_value();
  io_.restart();
  io_.run();
  EXPECT_EQ(test::run(io_, fetch_one()).error().kind(), ErrorKind::invalid_request)
      << "their places are free again";
}

}  // namespace
}  // namespace gw::app
