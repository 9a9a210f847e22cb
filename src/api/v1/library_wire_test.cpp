#include "api/v1/library_wire.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::string wrong(std::string_view query) {
  const auto read = parse_library_query(query);
  if (read) return "nothing";
  EXPECT_EQ(read.error().kind(), ErrorKind::invalid_request);
  return read.error().param();
}

TEST(LibraryQuery, ReadsEveryParameter) {
  const auto read = parse_library_query(
      "q=%E7%BA%A2+fox&model=dall-e-3&kind=edit&favourite=true&user=ann&from=1700000000"
      "&before=2026-11-25&after=12-abc&limit=7");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->text, "红 fox");
  EXPECT_EQ(read->model, "dall-e-3");
  EXPECT_EQ(read->kind, RequestKind::edit);
  EXPECT_TRUE(read->favourites);
  EXPECT_EQ(read->end_user, "ann");
  EXPECT_EQ(read->made_from, WallTime(1'700'000'000s));
  EXPECT_EQ(read->made_before, WallTime(1'795'564'800s));
  EXPECT_EQ(read->after, "12-abc");
  EXPECT_EQ(read->limit, 7);
}

TEST(LibraryQuery, NothingMeansEverything) {
  const auto read = parse_library_query("");
  EXPECT_EQ(read->text, "");
  EXPECT_FALSE(read->kind);
  EXPECT_FALSE(read->end_user);
  EXPECT_FALSE(read->favourites);
  EXPECT_EQ(read->limit, 50);
}

TEST(LibraryQuery, NamesWhatIsWrong) {
  for (const auto* query : {"limit=0", "limit=201", "limit=ten", "limit=", "limit=5x"})
    EXPECT_EQ(wrong(query), "limit") << query;
  for (const auto* query : {"kind=drawing", "kind="}) EXPECT_EQ(wrong(query), "kind") << query;
  for (const auto* query : {"favourite=1", "favourite=false"})
    EXPECT_EQ(wrong(query), "favourite") << query;
  for (const auto* query : {"from=yesterday", "from=-1", "from=99999999999", "from=2026-02-30",
                            "from=2026-1-1", "from="})
    EXPECT_EQ(wrong(query), "from") << query;
  EXPECT_EQ(wrong("q=%ff"), "q");
  EXPECT_EQ(wrong("q=%0"), "q");
  EXPECT_EQ(wrong("q=" + std::string(513, 'a')), "q");
  EXPECT_EQ(wrong("favorite=true"), "favorite");
  EXPECT_EQ(wrong("limit=1&limit=2"), "limit");
}

TEST(LibraryErase, IsAskedForByName) {
  EXPECT_FALSE(parse_erase_query("erase=all")->end_user);
  EXPECT_EQ(parse_erase_query("user=ann")->end_user, "ann");
  EXPECT_EQ(parse_erase_query("").error().param(), "erase");
  EXPECT_EQ(parse_erase_query("erase=yes").error().param(), "erase");
  EXPECT_EQ(parse_erase_query("erase=all&user=ann").error().param(), "erase");
  EXPECT_EQ(parse_erase_query("user=").error().param(), "user");
  EXPECT_EQ(parse_erase_query("users=ann").error().param(), "users");
}

TEST(LibraryBodies, Favourite) {
  EXPECT_TRUE(*parse_favourite(R"({"favourite":true})"));
  EXPECT_FALSE(*parse_favourite(R"({"favourite":false})"));
  EXPECT_EQ(parse_favourite("{}").error().param(), "favourite");
  EXPECT_EQ(parse_favourite(R"({"favourite":1})").error().param(), "favourite");
  EXPECT_EQ(parse_favourite(R"({"favourite":true,"name":"x"})").error().param(), "name");
  EXPECT_FALSE(parse_favourite("favourite"));
}

TEST(LibraryBodies, Selection) {
  EXPECT_THAT(*parse_selection(R"({"ids":["b","a","b"]})"),
              ElementsAre(PictureId{"b"}, PictureId{"a"}));
  for (const auto* body : {"{}", R"({"ids":"a"})", R"({"ids":[]})", R"({"ids":null})"})
    EXPECT_EQ(parse_selection(body).error().param(), "ids") << body;
  EXPECT_EQ(parse_selection(R"({"ids":["a",7]})").error().param(), "ids[1]");
  EXPECT_EQ(parse_selection(R"({"ids":[""]})").error().param(), "ids[0]");
  std::string many = R"({"ids":["a")";
  for (int i = 0; i < 500; ++i) many += R"(,"a")";
  EXPECT_EQ(parse_selection(many + "]}").error().param(), "ids");
}

TEST(LibraryPicture, SaysHowItWasMade) {
  PictureRow row;
  row.file = {PictureId{"abc"}, ImageFormat::webp, 1'234, WallTime(1'700'000'000s)};
  row.owner = CallerId{"secret owner"};
  row.end_user = "ann";
  row.request = RequestId{"req"};
  row.index = 2;
  row.kind = RequestKind::variation;
  row.model = "dall-e-3";
  row.provider = "demo";
  row.prompt = "一只\"猫\"";
  row.style = "油画";
  row.seed = 9'007'199'254'740'991;
  row.size = {640, 480};
  row.steps = 20;
  row.quality = Quality::high;
  const auto text = boost::json::serialize(
      picture_json(row, {"/images/p", "/images/t", WallTime(1'700'000'600s)}));
  EXPECT_EQ(
      text,
      R"({"id":"abc","object":"library.picture","created_at":1700000000,)"
      R"("expires_at":1700000600,"favourite":false,"kind":"variation","model":"dall-e-3",)"
      R"("provider":"demo","prompt":"一只\"猫\"","style":"油画","seed":9007199254740991,)"
      R"("size":"640x480","steps":20,"quality":"high","user":"ann","request":"req","index":2,)"
      R"("output_format":"webp","bytes":1234,"url":"/images/p","thumbnail_url":"/images/t"})");
  EXPECT_THAT(text, testing::Not(HasSubstr("secret owner")));
}

}  // namespace
}  // namespace gw::api
