#include "api/v1/styles.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace gw::api {
namespace {

TEST(Styles, ListsThePresetsWithTheirNamesAndPrefixes) {
  const StyleBook book({{"水墨", "ink wash painting, "}});
  const auto body = boost::json::parse(*list_styles(book).pieces.at(0));
  EXPECT_EQ(body.at("object").as_string(), "list");
  const auto& data = body.at("data").as_array();
  ASSERT_EQ(data.size(), 13u);
  EXPECT_EQ(data.at(2).at("id").as_string(), "动漫");
  EXPECT_EQ(data.at(2).at("name").as_string(), "Anime");
  EXPECT_EQ(data.at(2).at("prefix").as_string(), "anime style, ");
  EXPECT_EQ(data.at(12).at("id").as_string(), "水墨");
}

}  // namespace
}  // namespace gw::api
