#include "api/v1/library.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/fake_codec.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/memory_record_store.hpp"
#include "tests/support/recording_journal.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class LibraryEndpointTest : public testing::Test {
 protected:
  LibraryEndpointTest() {
    context.caller = CallerId{"owner"};
    context.origin = "https://pictures.example.com";
  }

  PictureId make(std::string prompt) {
    PictureRow row;
    row.file = test::run(io, results.keep(share(prompt), ImageFormat::png)).value();
    row.owner = context.caller;
    row.prompt = std::move(prompt);
    row.seed = 7;
    const auto id = row.file.id;
    RecordBatch batch;
    batch.pictures.push_back(std::move(row));
    EXPECT_TRUE(test::run(io, records.write(std::move(batch))));
    return id;
  }

  using Call = Task<http::Response> (LibraryEndpoint::*)(http::Request, RequestContext&);
  Result<http::Response> send(Call call, std::string target, const PictureId& id = {},
                              std::string body = {}) {
    http::Request request;
    request.target = std::move(target);
    request.params = {{"id", id.value}};
    request.body = std::move(body);
    return test::run(io, (endpoint.*call)(std::move(request), context));
  }
  json::object answer(Call call, std::string target, const PictureId& id = {},
                      std::string body = {}) {
    auto response = send(call, std::move(target), id, std::move(body));
    if (!response) throw std::runtime_error(response.error().message());
    return json::parse(*response->pieces.at(0)).as_object();
  }
  ErrorKind refusal(Call call, const PictureId& id, std::string body = {}) {
    auto response = send(call, "/v1/library/x", id, std::move(body));
    return response ? ErrorKind::internal : response.error().kind();
  }

  asio::io_context io{1};
  test::ManualClock clock{WallTime(1'700'000'000s)};
  test::CountingRandom random;
  test::RecordingLog log;
  test::RecordingJournal journal;
  test::MemoryBlobStore blobs{clock};
  test::MemoryBlobStore small{clock};
  test::MemoryRecordStore records;
  test::FakeCodec codec;
  WorkerPool workers{io.get_executor(), 1};
  ResultStore results{{}, blobs, clock, random, log};
  Thumbnails thumbnails{results, small, codec, workers, log};
  Library library{{}, io.get_executor(), records, results, thumbnails, journal, clock, log};
  ImageLinks links{Secret("signing key"), 86'400s, clock};
  LibraryEndpoint endpoint{library, thumbnails, results, links};
  RequestContext context;
};

TEST_F(LibraryEndpointTest, ListsInPages) {
  make("a cat");
  clock.advance(1s);
  make("a dog");
  auto page = answer(&LibraryEndpoint::list, "/v1/library?limit=1");
  EXPECT_EQ(page.at("object"), "list");
  EXPECT_EQ(page.at("data").as_array().size(), 1u);
  EXPECT_EQ(page.at("data").at(0).at("prompt"), "a dog");
  EXPECT_EQ(page.at("has_more"), true);
  page = answer(&LibraryEndpoint::list,
                "/v1/library?limit=1&after=" + std::string(page.at("next").as_string()));
  EXPECT_EQ(page.at("data").at(0).at("prompt"), "a cat");
  EXPECT_EQ(page.at("has_more"), false);
  EXPECT_FALSE(page.contains("next"));
}

TEST_F(LibraryEndpointTest, LinksAreSignedAbsoluteAndStandStillForAWhile) {
  const auto id = make("a cat");
  const auto item = answer(&LibraryEndpoint::item, "/v1/library/x", id);
  const std::string url(item.at("url").as_string());
  EXPECT_TRUE(url.starts_with("https://pictures.example.com/images/" + id.value + ".png?expires="));
  clock.advance(60s);
  EXPECT_EQ(answer(&LibraryEndpoint::item, "/v1/library/x", id).at("url"), item.at("url"));
  clock.advance(1h);
  EXPECT_NE(answer(&LibraryEndpoint::item, "/v1/library/x", id).at("url"), item.at("url"));
}

TEST_F(LibraryEndpointTest, DeletingSaysHowLongItCanBeUndone) {
  const auto id = make("a cat");
  const auto gone = answer(&LibraryEndpoint::remove, "/v1/library/x", id);
  EXPECT_EQ(gone.at("deleted"), true);
  EXPECT_EQ(gone.at("undo_seconds"), 600);
  EXPECT_EQ(gone.at("undo_until"), 1'700'000'600);
  EXPECT_EQ(refusal(&LibraryEndpoint::item, id), ErrorKind::not_found);
  EXPECT_EQ(answer(&LibraryEndpoint::restore, "/v1/library/x", id).at("prompt"), "a cat");
}

TEST_F(LibraryEndpointTest, MarksFavourites) {
  const auto id = make("a cat");
  const auto marked =
      answer(&LibraryEndpoint::change, "/v1/library/x", id, R"({"favourite":true})");
  EXPECT_EQ(marked.at("favourite"), true);
  EXPECT_FALSE(marked.contains("expires_at"));
  EXPECT_EQ(refusal(&LibraryEndpoint::change, id, "{}"), ErrorKind::invalid_request);
}

TEST_F(LibraryEndpointTest, GivesThumbnails) {
  const auto id = make("a cat");
  const auto response = send(&LibraryEndpoint::thumbnail, "/v1/library/x/thumbnail", id);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.find("content-type"), "image/webp");
  EXPECT_EQ(*response->pieces.at(0), "small a cat");
}

TEST_F(LibraryEndpointTest, ZipsWhatIsThereAndNothingWhenOneIsMissing) {
  const auto cat = make("a cat");
  const auto zip = [&](const std::string& ids) {
    return send(&LibraryEndpoint::zip, "/v1/library/zip", {}, R"({"ids":[)" + ids + "]}");
  };
  const auto response = zip('"' + cat.value + '"');
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.find("content-type"), "application/zip");
  EXPECT_TRUE(response->source_length);
  const auto missing = zip('"' + cat.value + R"(","nothing")");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
}

TEST_F(LibraryEndpointTest, ErasesWhatItIsTold) {
  make("a cat");
  const auto refused = send(&LibraryEndpoint::erase, "/v1/library");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "erase");
  EXPECT_EQ(answer(&LibraryEndpoint::erase, "/v1/library?erase=all").at("pictures"), 1);
  EXPECT_EQ(blobs.count(), 0u);
}

TEST_F(LibraryEndpointTest, NothingIsShownToAnotherKey) {
  const auto id = make("a cat");
  context.caller = CallerId{"stranger"};
  for (const auto call : {&LibraryEndpoint::item, &LibraryEndpoint::remove,
                          &LibraryEndpoint::restore, &LibraryEndpoint::thumbnail})
    EXPECT_EQ(refusal(call, id), ErrorKind::not_found);
  EXPECT_TRUE(answer(&LibraryEndpoint::list, "/v1/library").at("data").as_array().empty());
}

}  // namespace
}  // namespace gw::api
