// The lists, their other spellings, and what browsers ask first.
#include "tests/e2e/shared_gateway.hpp"

#include <boost/json/array.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gw::test {
namespace {

namespace json = boost::json;

class Doors : public SharedGateway {
 protected:
  static void SetUpTestSuite() {
    start({.environment = {{"MODEL_MAPPING", R"({"house/model:1":"dreamifly-flux-dev"})"}}});
  }
  static json::object ask_json(const std::string& path) {
    return json_of(send(get(path).with_key()));
  }
};

TEST_F(Doors, StylesAreExactlyTheTwelve) {
  struct Row {
    std::string_view id, prefix;
  };
  constexpr Row kRows[] = {
      {"无", ""},
      {"卡通", "cartoon style, "},
      {"动漫", "anime style, "},
      {"油画", "oil painting style, "},
      {"线稿", "line art style, "},
      {"矢量线条", "vector line style, "},
      {"街机像素", "pixel art style, "},
      {"乐高积木", "lego style, "},
      {"Riso噪点插画", "risograph style, "},
      {"现实风格", "realistic style, "},
      {"布偶风格", "puppet style, "},
      {"Emoji图标风格", "emoji icon style, "},
  };
  const auto styles = ask_json("/v1/styles").at("data").as_array();

  ASSERT_EQ(styles.size(), std::size(kRows));
  for (std::size_t i = 0; i < styles.size(); ++i) {
    EXPECT_EQ(styles[i].at("id").as_string(), kRows[i].id);
    EXPECT_EQ(styles[i].at("prefix").as_string(), kRows[i].prefix);
    EXPECT_FALSE(styles[i].at("name").as_string().empty());
  }
}

TEST_F(Doors, EachStyleWorksByBothItsNames) {
  const auto listed = ask_json("/v1/styles");
  for (const auto& style : listed.at("data").as_array()) {
    for (const auto* key : {"id", "name"}) {
      const std::string name(style.at(key).as_string());
      SCOPED_TRACE(name);
      const auto made = json_of(send(draw_small("a pear", R"(,"style":")" + name + '"')));
      const auto& item = made.at("data").at(0).as_object();
      const std::string prefix(style.at("prefix").as_string());
      if (prefix.empty()) {
        EXPECT_FALSE(item.contains("revised_prompt"));
      } else {
        EXPECT_EQ(item.at("revised_prompt").as_string(), prefix + "a pear");
      }
    }
  }
}

TEST_F(Doors, EveryListedModelCanBeLookedUp) {
  const auto listed = ask_json("/v1/models");
  EXPECT_EQ(listed.at("object").as_string(), "list");
  std::set<std::string> ids;
  for (const auto& model : listed.at("data").as_array()) {
    const std::string id(model.at("id").as_string());
    SCOPED_TRACE(id);
    ids.insert(id);
    EXPECT_TRUE(model.at("created").is_int64());
    EXPECT_EQ(model.at("object").as_string(), "model");
    EXPECT_TRUE(model.at("owned_by").is_string());
    EXPECT_TRUE(model.at("demo").as_bool());
    EXPECT_EQ(ask_json("/v1/models/" + id), model.as_object());
  }
  EXPECT_EQ(ids.size(), listed.at("data").as_array().size()) << "an id is listed twice";
  for (const auto* known : {"dreamifly-qwen-image", "dall-e-2", "dall-e-3", "gpt-image-1",
                            "gpt-image-2", "house/model:1", "demo"}) {
    EXPECT_TRUE(ids.contains(known)) << known;
  }
}

TEST_F(Doors, ModelNamesWithASlashComeInBothSpellings) {
  for (const auto* path :
       {"/v1/models/house%2Fmodel:1", "/v1/models/house/model:1", "/v1/models/house%2fmodel%3A1",
        "/models/house%2Fmodel:1", "//v1//models//house//model:1"}) {
    SCOPED_TRACE(path);
    EXPECT_EQ(ask_json(path).at("id").as_string(), "house/model:1");
  }
}

TEST_F(Doors, WorkWithoutV1AndWithDoubleSlashesAndQueries) {
  for (const auto* path : {"/models", "//models", "/v1//models", "/v1/models/", "/v1/models?x=%zz",
                           "/styles", "/v1/styles?api-version=2026"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(send(get(path).with_key()), HasStatus(200));
  }
  for (const auto* path : {"/images/generations", "//v1//images/generations", "/v1/images"}) {
    SCOPED_TRACE(path);
    auto request = draw_small("a pear");
    request.target = path;
    EXPECT_THAT(send(request), HasStatus(200));
  }
}

TEST_F(Doors, PreflightIsAnsweredEverywhereAndReflects) {
  for (const auto* path :
       {"/v1/images/generations", "/images/generations", "/v1/models", "/v1/models/a%2Fb",
        "/v1/styles", "/images/x.png", "/health", "/", "/v1/anything/else"}) {
    SCOPED_TRACE(path);
    const auto answer = send(Ask{.method = "OPTIONS", .target = path, .headers = {}, .body = {}}
                                 .with("Origin", "https://page.example.com")
                                 .with("Access-Control-Request-Method", "POST")
                                 .with("Access-Control-Request-Headers",
                                       "authorization,content-type,x-stainless-new-thing"));
    EXPECT_THAT(answer, HasStatus(204));
    EXPECT_THAT(answer, HasHeader("Access-Control-Allow-Origin", "*"));
    EXPECT_THAT(answer, HasHeader("Access-Control-Allow-Methods", "POST"));
    EXPECT_THAT(answer, HasHeader("Access-Control-Allow-Headers",
                                  "authorization,content-type,x-stainless-new-thing"));
    EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), std::nullopt);
  }
}

TEST_F(Doors, OfTheOperatorAreClosedToOtherOrigins) {
  for (const auto* path : {"/metrics", "/admin", "/admin/api/keys"}) {
    SCOPED_TRACE(path);
    const auto answer = send(Ask{.method = "OPTIONS", .target = path, .headers = {}, .body = {}}
                                 .with("Origin", "https://page.example.com")
                                 .with("Access-Control-Request-Method", "GET"));
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), std::nullopt);
    EXPECT_EQ(answer.header("Access-Control-Allow-Methods"), std::nullopt);
  }
}

TEST_F(Doors, ErrorsCanBeReadByPagesToo) {
  for (const auto& request : {get("/v1/models"), get("/v1/nothing").with_key(), draw("{"),
                              get("/v1/images").with_key()}) {
    const auto answer = send(request.with("Origin", "https://page.example.com"));
    EXPECT_GE(answer.status, 400);
    EXPECT_THAT(answer, HasHeader("Access-Control-Allow-Origin", "*"));
    EXPECT_THAT(answer.header("Access-Control-Expose-Headers").value_or(""),
                testing::HasSubstr("x-request-id"));
  }
}

TEST_F(Doors, RequestIdsAreKeptWhenTheyAreSafe) {
  EXPECT_THAT(send(get("/health").with("x-request-id", "client-42.a_b")),
              HasHeader("x-request-id", "client-42.a_b"));
  for (const auto& unsafe : {std::string("a b"), std::string("a\"b"), std::string(65, 'a')}) {
    const auto answer = send(get("/health").with("x-request-id", unsafe));
    EXPECT_TRUE(answer.header("x-request-id").value_or("").starts_with("req_"));
  }
}

TEST_F(Doors, HeadIsGetWithoutItsBody) {
  for (const auto* path : {"/v1/models", "/health", "/"}) {
    SCOPED_TRACE(path);
    auto head = get(path).with_key();
    const auto whole = send(head);
    head.method = "HEAD";
    const auto answer = send(head);
    EXPECT_EQ(answer.status, whole.status);
    EXPECT_EQ(answer.header("Content-Length"), whole.header("Content-Length"));
  }
}

TEST_F(Doors, ThePageRunsOnlyItsOwnScripts) {
  const auto page = send(get("/"));
  EXPECT_THAT(page, HasStatus(200));
  const auto policy = page.header("Content-Security-Policy").value_or("");
  EXPECT_FALSE(policy.empty());
  EXPECT_FALSE(policy.contains("unsafe-inline"));
  EXPECT_FALSE(policy.contains("unsafe-eval"));
  EXPECT_THAT(page, HasHeader("X-Frame-Options", "DENY"));
}

}  // namespace
}  // namespace gw::test
