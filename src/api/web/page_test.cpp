#include "api/web/page.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace gw::api {
namespace {

TEST(Page, ItsFilesAreBuiltIn) {
  const auto page = Page::embedded();
  ASSERT_EQ(page.files().size(), 9u);
  EXPECT_EQ(page.files()[0].path, "/");
  EXPECT_TRUE(page.files()[0].bytes->starts_with("<!"));
  for (const auto& file : page.files()) EXPECT_FALSE(file.bytes->empty()) << file.path;
}

TEST(Page, IsServedWithItsOwnPolicyAndAVersion) {
  const auto page = Page::embedded();
  const auto response = serve(page.files()[0], {});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "text/html; charset=utf-8");
  EXPECT_TRUE(response.headers.find("Content-Security-Policy")->contains("script-src 'self'"));
  EXPECT_EQ(response.pieces.at(0), page.files()[0].bytes);

  http::Headers again;
  again.add("If-None-Match", std::string(*response.headers.find("ETag")));
  EXPECT_EQ(serve(page.files()[0], again).status, 304);
}

TEST(Page, AFolderWithoutTheFilesIsNamed) {
  const auto page = Page::from_folder("/nowhere");
  ASSERT_FALSE(page.has_value());
  EXPECT_NE(page.error().message().find("/nowhere/index.html"), std::string::npos);
}

TEST(Page, AFolderMayHoldAnotherEdition) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "page_test";
  std::filesystem::create_directories(folder);
  for (const auto* name : {"index.html", "page.css", "page.js", "words.js", "dom.js", "gateway.js",
                           "form.js", "jobs.js", "library.js"}) {
    std::ofstream(folder / name) << "other " << name;
  }
  const auto page = Page::from_folder(folder);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(*page->files()[1].bytes, "other page.css");
  EXPECT_NE(page->files()[1].etag, Page::embedded().files()[1].etag);
}

}  // namespace
}  // namespace gw::api
