// Edits through a Dreamifly server: what it is sent, and what becomes of hostile uploads.
#include "base/base64.hpp"
#include "tests/e2e/upstream_fixture.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/multipart_form.hpp"
#include "tests/support/scripted_server.hpp"

#include <filesystem>
#include <future>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gw::test {
namespace {

class Edits : public Upstream {
 protected:
  // Nobody edits without an account.
  void start_edits(std::map<std::string, std::string> environment = {}) {
    environment.emplace("DREAMIFLY_EMAIL", "artist@example.com");
    environment.emplace("DREAMIFLY_PASSWORD", "password");
    start({.accounts = {{.email = "artist@example.com"}}}, std::move(environment));
  }

  // Uploads have no name on the disk; they are what is open and deleted.
  std::size_t open_uploads() const {
    std::size_t count = 0;
    const auto folder = std::filesystem::path("/proc") / std::to_string(gateway->pid()) / "fd";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::error_code gone;
      const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
      if (!gone && target.contains("/spool/") && target.ends_with("(deleted)")) ++count;
    }
    return count;
  }
  bool nothing_is_left() const {
    return eventually([this] { return open_uploads() == 0; });
  }

  static std::vector<std::string> sent_pictures(const FakeCall& call) {
    std::vector<std::string> pictures;
    for (const auto& picture : order_of(call).at("images").as_array())
      pictures.push_back(base64_decode(std::string_view(picture.as_string())).value());
    return pictures;
  }
};

const std::string kCat = tiny_png(120, 80, 1);
const std::string kHat = tiny_png(64, 64, 2);

std::string in_base64(const std::string& picture) {
  return "data:image/png;base64," + base64_encode(picture);
}

MultipartForm hat_for_cat() {
  MultipartForm form;
  form.text("prompt", "give the cat this hat").text("model", "gpt-image-1");
  return form;
}

TEST_F(Edits, TheUpstreamGetsTheBytesThatWereSent) {
  start_edits();
  const auto answer = send(hat_for_cat().file("image[]", kCat).file("image[]", kHat).edit());

  EXPECT_THAT(answer, HasStatus(200));
  const auto call = fake->calls().at(0);
  EXPECT_EQ(picture_of(answer), drawn_by(call));
  EXPECT_THAT(sent_pictures(call), testing::ElementsAre(kCat, kHat));
  EXPECT_EQ(order_of(call).at("model").as_string(), "Qwen-Image-Edit");
  EXPECT_EQ(order_of(call).at("width").to_number<int>(), 1256) << "the first picture's shape";
  EXPECT_EQ(order_of(call).at("height").to_number<int>(), 840);
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Edits, TheJsonFormMeansTheSame) {
  start_edits();
  const auto url = "data:image/png;base64," + base64_encode(kCat);
  auto request =
      draw(R"({"prompt":"a hat","images":[{"image_url":")" + url + R"("}],"size":"512x512"})");
  request.target = "/v1/images/edits";
  EXPECT_THAT(send(request), HasStatus(200));
  EXPECT_THAT(sent_pictures(fake->calls().at(0)), testing::ElementsAre(kCat));
  EXPECT_EQ(order_of(fake->calls().at(0)).at("width").to_number<int>(), 512);
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Edits, AVariationIsAnEditWithoutAPrompt) {
  start_edits();
  const auto answer =
      send(MultipartForm().file("image", kCat).text("n", "2").to("/v1/images/variations"));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_EQ(json_of(answer).at("data").as_array().size(), 2u);
  EXPECT_EQ(fake->calls().size(), 2u);
}

TEST_F(Edits, WhatAModelCannotDoIsSaidBeforeAnythingIsSent) {
  start_edits();
  const auto three = [](std::string_view model) {
    MultipartForm form;
    return form.text("prompt", "x")
        .text("model", model)
        .file("image", kCat)
        .file("image", kHat)
        .file("image", kCat);
  };
  EXPECT_THAT(send(three("dreamifly-flux-kontext").edit()), IsError(400, "null", "image"));
  EXPECT_THAT(send(three("dreamifly-sdxl").edit()), IsError(400, "null", "model"));
  EXPECT_THAT(send(hat_for_cat().edit()), IsError(400, "missing_required_parameter", "image"));
  EXPECT_THAT(send(hat_for_cat().file("image", kCat).file("mask", kCat).edit()),
              IsError(400, "null", "mask"))
      << "an opaque mask";
  EXPECT_THAT(send(hat_for_cat().file("image", kCat).file("mask", kHat).edit()),
              IsError(400, "null", "mask"))
      << "of another size";
  EXPECT_TRUE(fake->calls().empty());
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Edits, ARepeatJoinsWhateverItsBoundary) {
  start_edits();
  fake->hold();
  send_and_leave(hat_for_cat().file("image", kCat).edit());
  MultipartForm again("another-boundary");
  again.file("image", kCat).text("model", "gpt-image-1").text("prompt", "give the cat this hat");
  auto repeat = ask_aside(port(), again.edit().with("x-stainless-retry-count", "1"));
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_adopted_total") == 1; }));
  fake->release();
  EXPECT_THAT(repeat.get(), HasHeader("x-adopted", "1"));
  EXPECT_EQ(fake->calls().size(), 1u);
}

TEST_F(Edits, WaitingOnesHoldTheirPicturesOnDisk) {
  start_edits({{"UPSTREAM_CONCURRENCY_LIMIT", "1"}});
  fake->hold();
  const auto large = tiny_png(1400, 1400, 3);
  std::vector<std::future<RawAnswer>> waiting;
  for (int i = 0; i < 4; ++i)
    waiting.push_back(ask_aside(
        port(), MultipartForm().text("prompt", fmt::format("{}", i)).file("image", large).edit()));
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_queued") == 3; }));
  EXPECT_GE(open_uploads(), 3u);
  fake->release();
  for (auto& answer : waiting) EXPECT_THAT(answer.get(), HasStatus(200));
  EXPECT_TRUE(nothing_is_left());
}

// --- hostile uploads

TEST_F(Edits, AFullQueueRefusesThemBeforeTheirMegabytesAreRead) {
  start_edits({{"MAX_QUEUED_TASKS", "1"}, {"UPSTREAM_CONCURRENCY_LIMIT", "1"}});
  fake->hold();
  std::vector<std::future<RawAnswer>> waiting;
  waiting.push_back(ask_aside(port(), draw_small("a pear")));
  ASSERT_TRUE(fake->wait_for_running(1, kPatience));
  waiting.push_back(ask_aside(port(), draw_small("a plum")));
  ASSERT_TRUE(eventually([&] { return metric(port(), "gw_tasks_queued") == 1; }));

  auto head = wire(hat_for_cat().file("image", kCat).edit());
  head.resize(head.find("\r\n\r\n") + 4);  // and nothing of the body
  RawSocket socket(port());
  socket.send(head);
  EXPECT_THAT(socket.receive_answer(), IsError(503, "queue_full", "null"));

  fake->release();
  for (auto& answer : waiting) EXPECT_THAT(answer.get(), HasStatus(200));
}

TEST_F(Edits, HostileFormsAreRefusedAndLeaveNothing) {
  start_edits();
  auto many = hat_for_cat();
  for (int i = 0; i < 17; ++i) many.file("image[]", kHat);
  EXPECT_THAT(send(many.edit()), IsError(400, "null", "image"));

  MultipartForm parts;
  for (int i = 0; i < 10'000; ++i) parts.text("x", "1");
  EXPECT_THAT(send(parts.edit()), IsError(413, "upload_too_large", "null"));

  for (const auto size : {ImageSize{100'000, 1}, ImageSize{60'000, 60'000}})
    EXPECT_THAT(send(hat_for_cat().file("image", fake_png(size)).edit()),
                IsError(413, "upload_too_large", "image"));
  EXPECT_THAT(send(hat_for_cat().file("image", "no picture at all", "x.png", "image/png").edit()),
              IsError(400, "null", "image"));
  EXPECT_THAT(send(hat_for_cat().file("image", fake_png({64, 64}), "/etc/passwd").edit()),
              IsError(400, "null", "image"))
      << "a head without pixels behind it";

  auto cut = hat_for_cat().edit();
  cut.body = hat_for_cat().file("image", kCat).unfinished();
  EXPECT_THAT(send(cut), IsError(400, "null", "null"));
  auto without = hat_for_cat().edit();
  without.headers = {{"Content-Type", "multipart/form-data"}};
  EXPECT_THAT(send(without.with_key()), IsError(400, "null", "null"));
  EXPECT_TRUE(fake->calls().empty());
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Edits, APictureOfSixtyMegabytesIsRefusedOnItsWay) {
  start_edits();
  std::string large = kCat;
  large.resize(60'000'000, 'x');
  EXPECT_THAT(send(hat_for_cat().file("image", large).edit()),
              IsError(413, "upload_too_large", "image"));
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Edits, FileNamesAreNeverPaths) {
  start_edits();
  const auto answer = send(hat_for_cat().file("image", kCat, "../../../data/images/x.png").edit());
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_FALSE(std::filesystem::exists(gateway->data_dir() / "images" / "x.png"));
}

TEST_F(Edits, AnUploadWhoseClientLeavesIsForgotten) {
  start_edits();
  {
    RawSocket socket(port());
    const auto whole = wire(hat_for_cat().file("image", tiny_png(1400, 1400, 3)).edit());
    socket.send(std::string_view(whole).substr(0, whole.size() - 100));
    EXPECT_TRUE(eventually([this] { return open_uploads() == 1; }));
  }
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Edits, PicturesFromElsewhereAreNotFetched) {
  start_edits();
  auto request = draw(R"({"prompt":"a hat","images":[{"image_url":"http://169.254.169.254/x"}]})");
  request.target = "/v1/images/edits";
  EXPECT_THAT(send(request), IsError(400, "invalid_image_url", "images[0].image_url"));
}

TEST_F(Edits, NoFormOfAnAddressInsideIsFetched) {
  start_edits({{"FETCH_REMOTE_IMAGES", "on"}});
  ScriptedServer inside([](const RawRequest&, std::size_t) {
    return ScriptedAnswer{http_answer(200, kCat), ScriptedAnswer::Then::close};
  });
  const auto at_inside = [&](const std::string& host) {
    return "http://" + host + ":" + std::to_string(inside.port()) + "/cat.png";
  };
  std::set<std::string> told;
  for (const auto& url : {at_inside("127.0.0.1"), at_inside("localhost"), at_inside("[::1]"),
                          std::string("http://localhost/"), std::string("http://2130706433/"),
                          std::string("http://[::ffff:127.0.0.1]/"), std::string("file:///x"),
                          std::string("http://169.254.169.254/latest/meta-data/")}) {
    auto request = draw(R"({"prompt":"a hat","images":[{"image_url":")" + in_base64(kCat) +
                        R"("}],"mask":{"image_url":")" + url + R"("}})");
    request.target = "/v1/images/edits";
    const auto answer = send(request);
    EXPECT_THAT(answer, IsError(400, "invalid_image_url", "mask.image_url")) << url;
    told.insert(std::string(boost::json::parse(answer.body).at("error").at("message").as_string()));
  }
  EXPECT_EQ(told.size(), 1u) << "the answer tells nothing about what lies inside";
  EXPECT_EQ(inside.connections(), 0u);
  EXPECT_TRUE(fake->calls().empty());
  EXPECT_TRUE(nothing_is_left());
  const auto named = [](const boost::json::object& line) {
    const auto* detail = line.if_contains("detail");
    if (!detail) return false;
    const std::string_view text = detail->as_string();
    return text.contains("169.254.169.254 is no public address");
  };
  EXPECT_TRUE(gateway->wait_for_log(named)) << "the log does";
}

}  // namespace
}  // namespace gw::test
