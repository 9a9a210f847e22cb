#include "api/v1/edit_form.hpp"

#include "api/v1/edits.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/run.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

using test::fake_png;
using testing::ElementsAre;

// A body that comes in pieces of a fixed length.
class Pieces final : public http::BodyStream {
 public:
  Pieces(std::string body, std::size_t at_once) : body_(std::move(body)), at_once_(at_once) {}
  Task<std::string> next() override {
    auto piece = body_.substr(0, at_once_);
    body_.erase(0, at_once_);
    co_return piece;
  }
  Task<std::string> whole(std::size_t, http::BodyMemory::Share&) override {
    co_return std::exchange(body_, {});
  }

 private:
  std::string body_;
  std::size_t at_once_;
};

std::string text_part(std::string_view name, std::string_view text) {
  return "--XX\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" +
         std::string(text) + "\r\n";
}

std::string file_part(std::string_view name, std::string_view bytes) {
  return "--XX\r\nContent-Disposition: form-data; name=\"" + std::string(name) +
         "\"; filename=\"../../etc/blob\"\r\nContent-Type: application/octet-stream\r\n\r\n" +
         std::string(bytes) + "\r\n";
}

class EditFormTest : public testing::Test {
 protected:
  Result<EditParts> read(const std::string& parts, std::size_t at_once = 1'000) {
    Pieces body(parts + "--XX--\r\n", at_once);
    auto parser = http::MultipartParser::create("multipart/form-data; boundary=XX");
    return test::run(io_, read_edit_form(body, *std::move(parser), uploads_));
  }
  std::string param_of(const std::string& parts) { return read(parts).error().param(); }
  static std::vector<std::uint32_t> widths(const EditParts& parts) {
    std::vector<std::uint32_t> out;
    for (const auto& picture : parts.pictures) out.push_back(picture.size.width);
    return out;
  }

  asio::io_context io_{1};
  test::MemorySpool spool_;
  UploadDesk uploads_{spool_, {.max_bytes = 1'000'000}};
};

TEST_F(EditFormTest, PicturesComeUnderAllNamesInTheOrderOfTheBody) {
  const auto parts =
      read(file_part("mask", fake_png({9, 9})) + file_part("image[]", fake_png({1, 1})) +
           text_part("prompt", "a hat") + file_part("image", fake_png({2, 2})) +
           file_part("image[7]", fake_png({3, 3})) + file_part("image", fake_png({4, 4})));
  ASSERT_TRUE(parts) << parts.error().message();
  EXPECT_THAT(widths(*parts), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(parts->mask->size.width, 9u);
  EXPECT_EQ(boost::json::serialize(parts->fields), R"({"prompt":"a hat"})");
}

TEST_F(EditFormTest, HoweverItIsSplitItIsTheSame) {
  const auto body = file_part("image", fake_png({64, 48}, std::string(300'000, 'x'))) +
                    text_part("prompt", "一顶帽子") + text_part("n", "2");
  for (const std::size_t at_once : {13u, 4'096u, 1'000'000u}) {
    const auto parts = read(body, at_once);
    ASSERT_TRUE(parts) << at_once;
    EXPECT_EQ(parts->pictures.at(0).upload->size(), fake_png({64, 48}).size() + 300'000);
    EXPECT_EQ(boost::json::serialize(parts->fields), R"({"prompt":"一顶帽子","n":2})");
  }
}

TEST_F(EditFormTest, TextStandsForWhatTheFieldHolds) {
  const auto as_json = [](std::string_view name, std::string_view text) {
    const auto value = form_value(name, text);
    return value ? boost::json::serialize(*value) : "absent";
  };
  EXPECT_EQ(as_json("n", " 2 "), "2");
  EXPECT_EQ(as_json("n", "two"), R"("two")") << "told by whoever reads the field";
  EXPECT_EQ(as_json("stream", "True"), "true");
  EXPECT_EQ(as_json("stream", "0"), "false");
  EXPECT_EQ(as_json("prompt", "2"), R"("2")");
  EXPECT_EQ(as_json("size", ""), "absent");
}

TEST_F(EditFormTest, OtherFilesAreDroppedAndNamed) {
  const auto parts = read(file_part("image", fake_png({1, 1})) + file_part("notes", "a text file"));
  ASSERT_TRUE(parts);
  EXPECT_TRUE(parts->fields.contains("notes"));
  EXPECT_EQ(spool_.files(), 1u);
}

TEST_F(EditFormTest, MistakesNameTheirField) {
  EXPECT_EQ(param_of(file_part("image[]", "GIF? no, text")), "image[]");
  EXPECT_EQ(param_of(file_part("image", "")), "image");
  EXPECT_EQ(param_of(file_part("image", fake_png({9, 9}, std::string(1'000'000, 'x')))), "image");
  EXPECT_EQ(param_of(text_part("prompt", "\xff")), "prompt");
  EXPECT_EQ(param_of(text_part("prompt", std::string(300'000, 'x'))), "prompt");
  std::string texts;
  for (int i = 0; i < 4; ++i) texts += text_part("x", std::string(200'000, 'x'));
  EXPECT_EQ(param_of(texts), "x") << "all text together is bounded too";
  const auto mask = file_part("mask", fake_png({1, 1}));
  EXPECT_EQ(param_of(mask + mask), "mask");
}

TEST_F(EditFormTest, TheSeventeenthPictureIsOneTooMany) {
  std::string body;
  for (int i = 0; i < 16; ++i) body += file_part("image[]", fake_png({1, 1}));
  EXPECT_TRUE(read(body));
  const auto refused = read(body + file_part("image[]", fake_png({1, 1})));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "image");
  EXPECT_EQ(spool_.files(), 0u) << "and nothing of it stays";
}

TEST_F(EditFormTest, ABodyThatEndsEarlyIsMalformedAndLeavesNothing) {
  Pieces body(file_part("image", fake_png({1, 1}, std::string(300'000, 'x'))), 4'096);
  auto parser = http::MultipartParser::create("multipart/form-data; boundary=XX");
  EXPECT_FALSE(test::run(io_, read_edit_form(body, *std::move(parser), uploads_)));
  EXPECT_EQ(spool_.files(), 0u);
}

// --- what becomes of the parts

GenerationRequest request_of(boost::json::object fields, EditKind kind = EditKind::edit) {
  return edit_request(std::move(fields), {Reference{}}, {}, kind, "image").value();
}

TEST(EditRequest, TakesTheFieldsOfAGeneration) {
  const auto request = request_of({{"prompt", "a hat"}, {"n", 2}, {"input_fidelity", "high"}});
  EXPECT_EQ(request.n, 2);
  EXPECT_EQ(request.references.size(), 1u);
  EXPECT_THAT(request.ignored, ElementsAre("input_fidelity"));
}

TEST(EditRequest, AVariationNeedsNoPrompt) {
  EXPECT_FALSE(request_of({}, EditKind::variation).prompt.empty());
  EXPECT_EQ(request_of({{"prompt", "mine"}}, EditKind::variation).prompt, "mine");
  EXPECT_FALSE(edit_request({}, {Reference{}}, {}, EditKind::edit, "image"));
}

TEST(EditRequest, NeedsAPicture) {
  const auto refused = edit_request({{"prompt", "a hat"}}, {}, {}, EditKind::edit, "image");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "image");
  EXPECT_EQ(edit_request({{"prompt", "a"}, {"input_fidelity", 1}}, {Reference{}}, {},
                         EditKind::edit, "image")
                .error()
                .param(),
            "input_fidelity");
}

}  // namespace
}  // namespace gw::api
