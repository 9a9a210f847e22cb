#include "api/v1/edits.hpp"

#include "base/base64.hpp"
#include "core/library/no_remote_pictures.hpp"
#include "tests/support/fake_web.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

using test::fake_png;
using test::FakeWeb;
using testing::ElementsAre;
using testing::HasSubstr;

class WholeBody final : public http::BodyStream {
 public:
  explicit WholeBody(std::string body) : body_(std::move(body)) {}
  Task<std::string> next() override { co_return std::exchange(body_, {}); }
  Task<std::string> whole(std::size_t, http::BodyMemory::Share&) override {
    co_return std::exchange(body_, {});
  }

 private:
  std::string body_;
};

std::string sent(std::string_view label) {
  return "data:image/png;base64," + base64_encode(fake_png({64, 48}, label));
}

class EditReaderTest : public testing::Test {
 protected:
  Result<GenerationRequest> read(RemotePictures& remote, std::string body) {
    http::Request request;
    request.headers.add("Content-Type", "application/json");
    request.stream = std::make_unique<WholeBody>(std::move(body));
    EditReader reader(desk_, remote, workers_, 1'000'000);
    return test::run(io_, reader.read(request, EditKind::edit));
  }
  std::string bytes_of(const Reference& reference) {
    return *test::run(io_, reference.upload->read()).value();
  }

  asio::io_context io_{1};
  WorkerPool workers_{io_.get_executor(), 1};
  test::MemorySpool spool_;
  UploadDesk desk_{spool_, {}};
  FakeWeb web_{desk_};
};

TEST_F(EditReaderTest, PicturesAndMaskMayLieElsewhere) {
  const auto request = read(
      web_, R"({"prompt":"a hat","images":[{"image_url":"http://a.example/1"},{"image_url":")" +
                sent("two") + R"("},"http://a.example/3"],)" +
                R"("mask":{"image_url":"http://a.example/mask"}})");
  ASSERT_TRUE(request) << request.error().message();
  ASSERT_EQ(request->references.size(), 3u);
  EXPECT_EQ(bytes_of(request->references[0]), FakeWeb::picture("http://a.example/1"));
  EXPECT_EQ(bytes_of(request->references[1]), fake_png({64, 48}, "two"));
  EXPECT_EQ(bytes_of(request->references[2]), FakeWeb::picture("http://a.example/3"));
  ASSERT_TRUE(request->mask);
  EXPECT_EQ(bytes_of(*request->mask), FakeWeb::picture("http://a.example/mask"));
  EXPECT_THAT(web_.params, ElementsAre("images[0].image_url", "images[2]", "mask.image_url"));
  EXPECT_THAT(web_.untils, testing::Each(web_.untils.at(0))) << "one time for all of them";
  EXPECT_LE(web_.untils[0], std::chrono::steady_clock::now() + RemotePictures::kTimeOfRequest);
}

TEST_F(EditReaderTest, SaysWhatKindItIsAndWhetherItIsKept) {
  const auto body = R"({"prompt":"a hat","store":false,"images":[")" + sent("one") + R"("]})";
  const auto request = read(web_, body);
  ASSERT_TRUE(request) << request.error().message();
  EXPECT_EQ(request->kind, RequestKind::edit);
  EXPECT_EQ(request->store, false);
  EXPECT_EQ(edit_request({}, request->references, {}, EditKind::variation, "image")->kind,
            RequestKind::variation);
}

TEST_F(EditReaderTest, WhatCameWithTheRequestIsOnDiskBeforeAnythingIsFetched) {
  std::vector<std::size_t> files;
  web_.before_fetch = [&] { files.push_back(spool_.files()); };
  const auto request = read(web_, R"({"prompt":"a hat","images":["http://a.example/1",")" +
                                      sent("two") + R"("],"mask":")" + sent("mask") + R"("})");
  ASSERT_TRUE(request) << request.error().message();
  EXPECT_THAT(files, ElementsAre(2u));
}

TEST_F(EditReaderTest, ByDefaultNothingIsFetched) {
  NoRemotePictures none;
  for (const auto* url : {"http://169.254.169.254/latest", "cat.png"}) {
    const auto refused = read(none, R"({"prompt":"a hat","images":[{"image_url":")" + sent("one") +
                                        R"("},{"image_url":")" + url + R"("}]})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(refused.error().code(), "invalid_image_url");
    EXPECT_EQ(refused.error().param(), "images[1].image_url");
    EXPECT_THAT(refused.error().message(), HasSubstr("data URL"));
  }
  EXPECT_EQ(spool_.files(), 0u);
}

}  // namespace
}  // namespace gw::api
