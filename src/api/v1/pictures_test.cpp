#include "api/v1/pictures.hpp"

#include "tests/support/fake_codec.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blobs.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gw::api {
namespace {

using namespace std::chrono_literals;

class CountingRandom final : public Random {
 public:
  std::uint64_t next() override { return next_ += 0x9E3779B97F4A7C15; }

 private:
  std::uint64_t next_ = 1;
};

class PicturesTest : public testing::Test {
 protected:
  PicturesTest() {
    for (std::size_t i = 0; i < kSize; ++i) bytes_ += static_cast<char>(i % 251);
    name_ = test::run(io_, store_.keep(share(bytes_), ImageFormat::png)).value().file_name();
  }

  http::Request request(const http::Headers& headers = {}) const {
    return request_for(links_.path(name_), headers);
  }

  http::Request request_for(std::string target, const http::Headers& headers = {}) const {
    http::Request request;
    request.method = "GET";
    request.target = std::move(target);
    request.headers = headers;
    const auto path = request.path();
    request.params = {{"file", std::string(path.substr(path.rfind('/') + 1))}};
    return request;
  }

  Result<http::Response> answer(http::Request request) const {
    return test::run(io_, endpoint_.get(std::move(request)));
  }

  http::Response get(const http::Headers& headers) const {
    auto response = answer(request(headers));
    EXPECT_TRUE(response.has_value());
    return response ? std::move(*response) : http::Response{};
  }

  std::string body_of(http::Response& response) {
    std::string body;
    while (true) {
      const auto piece = test::run(io_, response.source->next()).value();
      if (!piece) return body;
      body += *piece;
    }
  }

  static http::Headers header(std::string name, std::string value) {
    http::Headers headers;
    headers.add(std::move(name), std::move(value));
    return headers;
  }

  static constexpr std::size_t kSize = 600'000;
  test::ManualClock clock_{WallTime(1'700'000'000s)};
  test::MemoryBlobs blobs_;
  mutable asio::io_context io_;
  CountingRandom random_;
  std::unique_ptr<Log> log_ = make_null_log();
  ResultStore store_{LibraryOptions{}, blobs_, clock_, random_, *log_};
  ImageLinks links_{Secret("signing key"), 3600s, clock_};
  test::MemoryBlobs small_;
  test::FakeCodec codec_;
  WorkerPool workers_{io_.get_executor(), 1};
  Thumbnails thumbnails_{store_, small_, codec_, workers_, *log_};
  PicturesEndpoint endpoint_{store_, thumbnails_, links_};
  std::string bytes_;
  std::string name_;
};

TEST_F(PicturesTest, ALinkGivesTheWholePicture) {
  auto response = get({});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "image/png");
  EXPECT_EQ(response.headers.find("Accept-Ranges"), "bytes");
  EXPECT_EQ(response.source_length, kSize);
  EXPECT_EQ(body_of(response), bytes_);
}

TEST_F(PicturesTest, ARangeGivesItsPart) {
  auto response = get(header("Range", "bytes=100000-500000"));
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.headers.find("Content-Range"), "bytes 100000-500000/600000");
  EXPECT_EQ(response.source_length, 400'001u);
  EXPECT_EQ(body_of(response), bytes_.substr(100'000, 400'001));
}

TEST_F(PicturesTest, ARangeOutsideIs416) {
  const auto response = get(header("Range", "bytes=600000-"));
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(response.headers.find("Content-Range"), "bytes */600000");
}

TEST_F(PicturesTest, WhoHasItIsToldSo) {
  const std::string etag(*get({}).headers.find("ETag"));
  for (const auto& value : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
    const auto response = get(header("If-None-Match", value));
    EXPECT_EQ(response.status, 304) << value;
    EXPECT_EQ(response.source, nullptr);
  }
  EXPECT_EQ(get(header("If-None-Match", "\"other\"")).status, 200);
}

TEST_F(PicturesTest, AResumedDownloadOfAnotherPictureStartsAnew) {
  auto headers = header("Range", "bytes=5-9");
  headers.add("If-Range", "\"other\"");
  EXPECT_EQ(get(headers).status, 200);
  headers.set("If-Range", std::string(*get({}).headers.find("ETag")));
  EXPECT_EQ(get(headers).status, 206);
}

TEST_F(PicturesTest, AForgedOrShortenedLinkIsRefused) {
  const auto good = links_.path(name_);
  for (const auto& target : {"/images/" + name_, good + "x", good.substr(0, good.size() - 1),
                             good.substr(0, good.find("&signature")),
                             "/images/other.png" + good.substr(good.find('?'))}) {
    const auto response = answer(request_for(target));
    ASSERT_FALSE(response.has_value()) << target;
    EXPECT_EQ(response.error().kind(), ErrorKind::forbidden);
  }
}

TEST_F(PicturesTest, AnExpiredLinkIsNotFound) {
  auto old = request();
  clock_.advance(2h);
  const auto response = answer(std::move(old));
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind(), ErrorKind::not_found);
}

TEST_F(PicturesTest, APictureOverItsTimeIsNotFound) {
  clock_.advance(24h * 30);
  const auto response = answer(request());
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind(), ErrorKind::not_found);
}

TEST_F(PicturesTest, AThumbnailHasALinkOfItsOwn) {
  const auto picture = *store_.find(name_);
  const auto link = links_.path(thumbnail_name(picture));
  auto response = answer(request_for(link));
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->headers.find("Content-Type"), "image/webp");
  EXPECT_EQ(*response->pieces.at(0), "small " + bytes_);

  http::Headers known;
  known.add("If-None-Match", *response->headers.find("ETag"));
  EXPECT_EQ(answer(request_for(link, known))->status, 304);

  const auto pictures_query = links_.path(name_).substr(links_.path(name_).find('?'));
  const auto forged = answer(request_for("/images/" + thumbnail_name(picture) + pictures_query));
  ASSERT_FALSE(forged.has_value());
  EXPECT_EQ(forged.error().kind(), ErrorKind::forbidden);

  store_.hide(picture.id);
  EXPECT_EQ(answer(request_for(link)).error().kind(), ErrorKind::not_found);
}

TEST_F(PicturesTest, AFileThatVanishesWhileItIsSentCutsTheAnswer) {
  auto response = get({});
  blobs_.blobs.begin()->second.resize(300'000);
  EXPECT_TRUE(test::run(io_, response.source->next()).has_value());
  EXPECT_FALSE(test::run(io_, response.source->next()).has_value());
}

}  // namespace
}  // namespace gw::api
