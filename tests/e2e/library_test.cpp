// The library from outside: the real program, its database and its files.
#include "tests/e2e/shared_gateway.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <string>

namespace gw::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

Ask library(std::string path = "") {
  return get("/v1/library" + std::move(path)).with_key();
}
Ask sent(std::string method, std::string path, std::string body = "") {
  auto request = library(std::move(path)).with("Content-Type", "application/json");
  request.method = std::move(method);
  request.body = std::move(body);
  return request;
}
std::string text(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}
std::string local_part(const std::string& url) {
  return url.substr(url.find("/images/"));
}
std::size_t files_in(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    count += entry.is_regular_file() ? 1 : 0;
  return count;
}

class LibraryDoors : public SharedGateway {
 protected:
  static json::array listed(const std::string& query = "") {
    return json_of(send(library(query))).at("data").as_array();
  }
  // Draws, and waits until the row is written.
  static json::object make(const std::string& prompt, std::string_view more = "") {
    EXPECT_THAT(send(draw_small(prompt, more)), HasStatus(200));
    json::object found;
    EXPECT_TRUE(eventually([&] {
      for (const auto& item : listed("?limit=200")) {
        if (item.at("prompt").as_string() == prompt) found = item.as_object();
      }
      return !found.empty();
    }));
    return found;
  }
};

TEST_F(LibraryDoors, EveryPictureIsThereWithHowItWasMade) {
  const auto item = make("a lighthouse in the fog", R"(,"seed":77,"style":"油画","user":"ann")");
  EXPECT_EQ(item.at("object"), "library.picture");
  EXPECT_EQ(item.at("seed"), 77);
  EXPECT_EQ(item.at("style"), "油画");
  EXPECT_EQ(item.at("user"), "ann");
  EXPECT_EQ(item.at("kind"), "generation");
  EXPECT_EQ(item.at("provider"), "demo");
  EXPECT_EQ(item.at("favourite"), false);
  const auto id = text(item, "id");
  EXPECT_EQ(text(json_of(send(library("/" + id))), "prompt"), "a lighthouse in the fog");
  EXPECT_EQ(send(get("/library/" + id).with_key()).status, 200) << "also without /v1";

  const auto picture = send(get(local_part(text(item, "url"))));
  EXPECT_THAT(picture, HasStatus(200));
  EXPECT_EQ(picture.body.substr(0, 4), "\x89PNG");
  EXPECT_EQ(picture.body.size(), item.at("bytes").as_int64());
}

TEST_F(LibraryDoors, ThumbnailsAreSmallWebpPictures) {
  const auto item = make("a windmill");
  for (const auto& request : {get(local_part(text(item, "thumbnail_url"))),
                              library("/" + text(item, "id") + "/thumbnail")}) {
    const auto answer = send(request);
    EXPECT_THAT(answer, HasStatus(200));
    EXPECT_THAT(answer, HasHeader("Content-Type", "image/webp"));
    EXPECT_EQ(answer.body.substr(8, 4), "WEBP");
  }
  EXPECT_THAT(send(get("/v1/library/" + text(item, "id") + "/thumbnail")), HasStatus(401));
}

TEST_F(LibraryDoors, SearchFindsAnyScript) {
  make("一只红色的狐狸在雪地里");
  make("a red fox in the snow");
  EXPECT_EQ(listed("?q=%E7%BA%A2%E8%89%B2").size(), 1u);  // 红色
  EXPECT_EQ(listed("?q=%E7%8B%90%E7%8B%B8").size(), 1u);  // 狐狸
  EXPECT_EQ(listed("?q=%E9%9B%AA").size(), 1u);           // 雪
  EXPECT_EQ(listed("?q=red+fox").size(), 1u);
  EXPECT_EQ(listed("?q=nothing-like-it").size(), 0u);
}

TEST_F(LibraryDoors, PagesGoOnWhereTheyEnded) {
  for (int i = 0; i < 3; ++i) make(fmt::format("page {}", i));
  auto page = json_of(send(library("?q=page&limit=2")));
  EXPECT_EQ(page.at("data").as_array().size(), 2u);
  EXPECT_EQ(page.at("has_more"), true);
  page = json_of(send(library("?q=page&limit=2&after=" + text(page, "next"))));
  EXPECT_EQ(page.at("data").as_array().size(), 1u);
  EXPECT_EQ(page.at("has_more"), false);
  EXPECT_THAT(send(library("?after=nonsense")), IsError(400, "null", "after"));
  EXPECT_THAT(send(library("?limit=1000")), IsError(400, "null", "limit"));
}

TEST_F(LibraryDoors, DeletingCanBeUndone) {
  const auto item = make("a comet");
  const auto id = text(item, "id");
  const auto gone = json_of(send(sent("DELETE", "/" + id)));
  EXPECT_EQ(gone.at("undo_seconds"), 600);
  EXPECT_THAT(send(library("/" + id)), HasStatus(404));
  EXPECT_THAT(send(get(local_part(text(item, "url")))), HasStatus(404));
  EXPECT_THAT(send(get(local_part(text(item, "thumbnail_url")))), HasStatus(404));
  EXPECT_EQ(listed("?q=comet").size(), 0u);

  EXPECT_THAT(send(sent("POST", "/" + id + "/restore")), HasStatus(200));
  EXPECT_EQ(listed("?q=comet").size(), 1u);
  EXPECT_THAT(send(get(local_part(text(item, "url")))), HasStatus(200));
  EXPECT_THAT(send(sent("POST", "/" + id + "/restore")), HasStatus(404));
}

TEST_F(LibraryDoors, FavouritesAreMarked) {
  const auto id = text(make("a heart of stone"), "id");
  const auto marked = json_of(send(sent("PATCH", "/" + id, R"({"favourite":true})")));
  EXPECT_EQ(marked.at("favourite"), true);
  EXPECT_FALSE(marked.contains("expires_at"));
  EXPECT_EQ(listed("?favourite=true&q=stone").size(), 1u);
  EXPECT_THAT(send(sent("PATCH", "/" + id, R"({"favourite":false})")), HasStatus(200));
  EXPECT_EQ(listed("?favourite=true&q=stone").size(), 0u);
}

TEST_F(LibraryDoors, UnknownPicturesAreNotFound) {
  for (const auto* id : {"/nothing", "/abcdefghijklmnopqrstuvwxyz", "/..%2f..%2fkeys"}) {
    SCOPED_TRACE(id);
    EXPECT_THAT(send(library(id)), HasStatus(404));
    EXPECT_THAT(send(sent("DELETE", id)), HasStatus(404));
    EXPECT_THAT(send(sent("PATCH", id, R"({"favourite":true})")), HasStatus(404));
    EXPECT_THAT(send(sent("POST", std::string(id) + "/restore")), HasStatus(404));
  }
  EXPECT_THAT(send(get("/v1/library")), HasStatus(401));
}

TEST_F(LibraryDoors, AZipHasTheFilesAsTheyAre) {
  const auto one = make("zip one");
  const auto two = make("zip two");
  const auto answer = send(sent(
      "POST", "/zip", fmt::format(R"({{"ids":["{}","{}"]}})", text(one, "id"), text(two, "id"))));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("Content-Type", "application/zip"));
  EXPECT_EQ(answer.header("Content-Length"), fmt::to_string(answer.body.size()));
  EXPECT_EQ(answer.body.substr(0, 4), "PK\x03\x04");
  for (const auto& item : {one, two}) {
    const auto picture = send(get(local_part(text(item, "url")))).body;
    EXPECT_TRUE(answer.body.contains(picture));
    EXPECT_TRUE(answer.body.contains(text(item, "id") + ".png"));
  }
  EXPECT_FALSE(answer.body.contains("zip one.png"));
  const auto missing =
      send(sent("POST", "/zip", fmt::format(R"({{"ids":["{}","nothing"]}})", text(one, "id"))));
  EXPECT_THAT(missing, HasStatus(404));
  EXPECT_THAT(send(sent("POST", "/zip", R"({"ids":[]})")), IsError(400, "null", "ids"));
}

// --- keeping nothing

TEST_F(LibraryDoors, StoreFalseLeavesNothingButTheDelivery) {
  const auto pictures = files_in(gateway().data_dir() / "images");
  const auto answer = send(draw_small("a secret garden", R"(,"store":false)"));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_EQ(picture_of(answer).substr(0, 4), "\x89PNG");
  make("after the secret");  // rows are written in order
  EXPECT_EQ(listed("?q=secret+garden").size(), 0u);
  EXPECT_EQ(files_in(gateway().data_dir() / "images"), pictures + 1);

  EXPECT_THAT(send(draw_small("x", R"(,"store":false,"response_format":"url")")),
              IsError(400, "unsupported_value", "response_format"));
  EXPECT_THAT(send(draw_small("x", R"(,"store":false)").with("Prefer", "respond-async")),
              IsError(400, "unsupported_value", "store"));
  EXPECT_THAT(send(draw_small("x", R"(,"store":"no")")), HasStatus(400));
  EXPECT_THAT(send(draw_small("x", R"(,"store":true)")), HasStatus(200));
}

TEST(LibraryWithoutStore, KeepsNothingForAnybody) {
  const auto gateway = GatewayProcess::serving({.environment = {{"STORE_PICTURES", "off"}}});
  const auto send = [&](const Ask& request) { return ask(gateway->port(), request); };
  EXPECT_THAT(send(draw_small("a secret garden")), HasStatus(200));
  EXPECT_THAT(send(draw_small("x", R"(,"store":true)")),
              IsError(400, "unsupported_value", "store"));
  EXPECT_THAT(send(draw_small("x", R"(,"response_format":"url")")),
              IsError(400, "unsupported_value", "response_format"));
  EXPECT_THAT(send(draw_small("x").with("Prefer", "respond-async")),
              IsError(400, "unsupported_value", "store"));
  gateway->stop();
  EXPECT_EQ(files_in(gateway->data_dir() / "images"), 0u);
}

// --- erasing, and a restart

TEST(LibraryErase, TakesRowsAndFiles) {
  const auto gateway = GatewayProcess::serving();
  const auto send = [&](const Ask& request) { return ask(gateway->port(), request); };
  EXPECT_THAT(send(draw_small("for ann", R"(,"user":"ann")")), HasStatus(200));
  EXPECT_THAT(send(draw_small("for bob", R"(,"user":"bob")")), HasStatus(200));
  EXPECT_THAT(send(sent("DELETE", "")), IsError(400, "null", "erase"));
  EXPECT_EQ(json_of(send(sent("DELETE", "?user=ann"))).at("pictures"), 1);
  EXPECT_EQ(files_in(gateway->data_dir() / "images"), 1u);
  EXPECT_EQ(json_of(send(sent("DELETE", "?erase=all"))).at("pictures"), 1);
  EXPECT_EQ(files_in(gateway->data_dir() / "images"), 0u);
  EXPECT_EQ(json_of(send(library())).at("data").as_array().size(), 0u);
}

TEST(LibraryRestart, KnowsPicturesFavouritesAndWhatWasDeleted) {
  const TemporaryDirectory folder;
  const GatewayOptions options{.data_dir = folder.path()};
  std::string kept;
  std::string deleted;
  {
    const auto gateway = GatewayProcess::serving(options);
    const auto send = [&](const Ask& request) { return ask(gateway->port(), request); };
    EXPECT_THAT(send(draw_small("kept")), HasStatus(200));
    EXPECT_THAT(send(draw_small("deleted")), HasStatus(200));
    json::array items;
    ASSERT_TRUE(eventually([&] {
      items = json_of(send(library())).at("data").as_array();
      return items.size() == 2;
    }));
    for (const auto& item : items)
      (item.at("prompt") == "kept" ? kept : deleted) = text(item.as_object(), "id");
    EXPECT_THAT(send(sent("PATCH", "/" + kept, R"({"favourite":true})")), HasStatus(200));
    EXPECT_THAT(send(sent("DELETE", "/" + deleted)), HasStatus(200));
    gateway->kill();
  }
  const auto gateway = GatewayProcess::serving(options);
  const auto send = [&](const Ask& request) { return ask(gateway->port(), request); };
  EXPECT_EQ(json_of(send(library("/" + kept))).at("favourite"), true);
  EXPECT_THAT(send(library("/" + deleted)), HasStatus(404));
  EXPECT_THAT(send(sent("POST", "/" + deleted + "/restore")), HasStatus(200));
}

}  // namespace
}  // namespace gw::test
