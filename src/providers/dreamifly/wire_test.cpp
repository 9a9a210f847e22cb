#include "providers/dreamifly/wire.hpp"

#include "base/base64.hpp"
#include "base/json.hpp"
#include "tests/support/tiny_png.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace gw::dreamifly {
namespace {

using testing::HasSubstr;

IncomingBody in_blocks(const std::string& text, std::size_t size) {
  IncomingBody body;
  for (std::size_t at = 0; at < text.size(); at += size)
    body.blocks.push_back(text.substr(at, size));
  return body;
}

std::string png() {
  return test::tiny_png(64, 72, 5);
}

std::string data_url(const std::string& bytes,
                     const std::string& label = "data:image/png;base64,") {
  return label + base64_encode(bytes);
}

std::string answer(const std::string& url) {
  return R"({"imageUrl":")" + url + R"("})";
}

void expect_picture(IncomingBody body) {
  const auto drawn = read_drawing(std::move(body));
  ASSERT_TRUE(drawn) << drawn.error().detail();
  const auto& picture = std::get<Picture>(*drawn);
  EXPECT_EQ(picture.format, ImageFormat::png);
  EXPECT_EQ(picture.size, (ImageSize{64, 72}));
  EXPECT_TRUE(*picture.bytes == png());
}

void expect_refused(const std::string& text, const std::string& why) {
  const auto drawn = read_drawing(in_blocks(text, 1 << 20));
  ASSERT_FALSE(drawn) << text.substr(0, 80);
  EXPECT_EQ(drawn.error().kind(), ErrorKind::upstream_error);
  EXPECT_THAT(drawn.error().detail(), HasSubstr(why));
}

ImageOrder order() {
  ImageOrder order;
  order.upstream_model = "Qwen-Image";
  order.prompt = "a \"red\" apple\n苹果";
  order.size = {1024, 768};
  order.steps = 10;
  order.seed = 7;
  return order;
}

TEST(DrawingBody, has_the_fields_of_the_protocol) {
  EXPECT_EQ(drawing_body(order()),
            R"({"prompt":"a \"red\" apple\n苹果","width":1024,"height":768,"steps":10,"seed":7,)"
            R"("batch_size":1,"model":"Qwen-Image","images":[]})");
}

TEST(DrawingBody, has_a_negative_prompt_only_if_there_is_one) {
  auto with = order();
  with.negative_prompt = "blur";
  EXPECT_THAT(drawing_body(with), HasSubstr(R"("negative_prompt":"blur")"));
}

TEST(DrawingBody, always_has_steps_because_older_servers_check_them) {
  auto without = order();
  without.steps = 0;
  EXPECT_THAT(drawing_body(without), HasSubstr(R"("steps":20,)"));
}

TEST(DrawingBody, carries_references_as_bare_base64) {
  auto edit = order();
  edit.references = {share(std::string(1'000, '\xff')), share("second")};

  const auto parsed = parse_json_object(drawing_body(edit));

  ASSERT_TRUE(parsed);
  const auto& images = parsed->at("images").as_array();
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(base64_decode(std::string_view(images[0].as_string())), std::string(1'000, '\xff'));
  EXPECT_EQ(base64_decode(std::string_view(images[1].as_string())), "second");
}

TEST(DrawingAnswer, is_read_whatever_its_blocks_are) {
  const auto text = answer(data_url(png()));
  for (const std::size_t size : {1u, 2u, 3u, 5u, 40u, 100u, 101u, 102u, 103u, 4096u, 1u << 20}) {
    SCOPED_TRACE(size);
    expect_picture(in_blocks(text, size));
  }
}

TEST(DrawingAnswer, is_read_wherever_one_block_ends) {
  const auto text = answer(data_url(png()));
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    IncomingBody body;
    body.blocks = {text.substr(0, cut), text.substr(cut)};
    const auto drawn = read_drawing(std::move(body));
    ASSERT_TRUE(drawn) << cut << ": " << drawn.error().detail();
    ASSERT_TRUE(*std::get<Picture>(*drawn).bytes == png()) << cut;
  }
}

TEST(DrawingAnswer, is_the_same_by_the_parser) {
  const auto text = answer(data_url(png()));
  const auto parsed = parse_drawing(in_blocks(text, 100));
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(*std::get<Picture>(*parsed).bytes == png());
}

TEST(DrawingAnswer, is_judged_by_bytes_and_not_by_label) {
  for (const auto* label :
       {"data:image/jpeg;base64,", "data:;base64,", "DATA:image/png;charset=utf-8;BASE64,",
        "data:application/octet-stream;base64,"}) {
    SCOPED_TRACE(label);
    expect_picture(in_blocks(answer(data_url(png(), label)), 1 << 20));
  }
}

TEST(DrawingAnswer, may_have_escaped_slashes) {
  const auto url = data_url(png());
  std::string escaped;
  for (const char c : url) escaped += c == '/' ? std::string("\\/") : std::string(1, c);
  ASSERT_NE(escaped, url);
  expect_picture(in_blocks(answer(escaped), 1000));
}

TEST(DrawingAnswer, may_have_blanks_and_other_fields) {
  const auto url = data_url(png());
  expect_picture(in_blocks(" {\n \"imageUrl\" : \"" + url + "\" \n}\n ", 1 << 20));
  expect_picture(in_blocks(R"({"seed":7,"imageUrl":")" + url + R"("})", 777));
  expect_picture(in_blocks(R"({"imageUrl":")" + url + R"(","seed":"7"})", 777));
}

TEST(DrawingAnswer, may_be_a_web_address) {
  for (const auto* text : {R"({"imageUrl":"https://example.com/a.png"})",
                           R"({"imageUrl":"https:\/\/example.com\/a.png"})"}) {
    const auto drawn = read_drawing(in_blocks(text, 1 << 20));
    ASSERT_TRUE(drawn);
    EXPECT_EQ(std::get<PictureUrl>(*drawn).url, "https://example.com/a.png");
  }
}

TEST(DrawingAnswer, is_refused_when_it_is_not_one) {
  expect_refused("", "no JSON");
  expect_refused("<html>an error page</html>", "no JSON");
  expect_refused("[]", "no JSON");
  expect_refused("{}", "no imageUrl");
  expect_refused(R"({"error":"x"})", "no imageUrl");
  expect_refused(R"({"imageUrl":null})", "no imageUrl");
  expect_refused(R"({"imageUrl":""})", "neither");
  expect_refused(R"({"imageUrl":"file:///etc/passwd"})", "neither");
}

TEST(DrawingAnswer, is_refused_when_its_data_url_is_broken) {
  expect_refused(answer("data:image/png;base64"), "without data");
  expect_refused(answer("data:image/png,abc"), "not base64");
  expect_refused(answer("data:image/png;base64,"), "0 bytes");
  expect_refused(answer("data:image/png;base64,QUJ"), "broken base64");
  expect_refused(answer("data:image/png;base64,QQ==QUJD"), "broken base64");
  expect_refused(answer("data:image/png;base64,QUJD"), "3 bytes");
}

TEST(DrawingAnswer, is_refused_when_it_is_truncated) {
  const auto text = answer(data_url(png()));
  for (const std::size_t size : {text.size() / 2, text.size() - 1, text.size() - 2}) {
    expect_refused(text.substr(0, size), "no JSON");
  }
}

TEST(DrawingAnswer, takes_padding_at_the_end_only_even_between_blocks) {
  // "QQ==" would end the text; here a block ends with it and another follows.
  IncomingBody body;
  body.blocks = {R"({"imageUrl":"data:image/png;base64,QQ==)", R"(QUJD"})"};
  EXPECT_FALSE(read_drawing(std::move(body)));
}

}  // namespace
}  // namespace gw::dreamifly
