#include "api/v1/chat.hpp"

#include "base/base64.hpp"
#include "tests/support/fake_web.hpp"
#include "tests/support/generator_fixture.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/run.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// Chats under one name, with an answer that was written beforehand.
class Chatter final : public ChatUpstream {
 public:
  std::string_view name() const override { return "chatter"; }
  bool belongs_here(std::string_view model) const override { return model == "talker"; }
  std::vector<std::string> models() const override { return {"talker"}; }
  Task<ChatReply> send(ChatCall call) override {
    calls.push_back(std::move(call));
    if (refusal) co_return fail(*refusal);
    ChatReply reply{200, content_type, std::make_unique<Body>(pieces)};
    co_return reply;
  }

  std::vector<ChatCall> calls;
  std::optional<Error> refusal;
  std::string content_type = "application/json";
  std::deque<std::string> pieces;

 private:
  class Body final : public ChatBody {
   public:
    explicit Body(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}
    Task<SharedBytes> next() override {
      if (pieces_.empty()) co_return SharedBytes();
      auto piece = share(std::move(pieces_.front()));
      pieces_.pop_front();
      co_return piece;
    }

   private:
    std::deque<std::string> pieces_;
  };
};

test::FakeProvider::Options two_models() {
  auto painter = test::fake_model("painter");
  auto editor = test::fake_model("editor");
  editor.text_to_image = false;
  editor.max_references = 2;
  test::FakeProvider::Options options;
  options.models = {painter, editor};
  return options;
}

class ChatDoor : public test::GeneratorFixture {
 protected:
  ChatDoor() : GeneratorFixture({}, two_models()) {
    context.request_id = "req_1";
    context.origin = "http://gateway.example.com";
    context.received = clock.now();
  }

  static http::Request request(std::string body) {
    http::Request request;
    request.body = std::move(body);
    request.headers.add("Content-Type", "application/json");
    return request;
  }
  // The last message is the user's; `before` are those in front of it, each with a comma behind.
  static std::string body(const std::string& content, const std::string& more = {},
                          const std::string& before = {}) {
    return R"({"messages":[)" + before + R"({"role":"user","content":)" + content + "}]" + more +
           "}";
  }

  Result<http::Response> ask(http::Request request) {
    ChatParts parts{book,  generator, desk,    remote, editor,    loop.results,
                    links, clock,     workers, budget, {&chatter}};
    ChatEndpoint door(std::move(parts), {pictures, 1h});
    auto response = test::run_until_done(loop.io, door.completions(std::move(request), context));
    if (response) text = all_of(*response);
    return response;
  }
  http::Response good(const std::string& body) {
    auto response = ask(request(body));
    EXPECT_TRUE(response) << (response ? "" : response.error().message());
    return response ? std::move(*response) : http::Response();
  }
  Error refused(const std::string& body) {
    auto response = ask(request(body));
    EXPECT_FALSE(response) << text;
    return response ? Error() : response.error();
  }

  std::string all_of(http::Response& response) {
    std::string all;
    for (const auto& piece : response.pieces) all += *piece;
    while (response.source) {
      const auto piece = test::run_until_done(loop.io, response.source->next());
      if (!piece || !*piece) break;
      all += **piece;
    }
    return all;
  }

  // The data of each event, without comments.
  std::vector<std::string> events() const {
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find("\n\n", at);
      EXPECT_NE(end, std::string::npos);
      const auto event = text.substr(at, end - at);
      if (event.starts_with("data: ")) found.push_back(event.substr(6));
      at = end + 2;
    }
    return found;
  }
  json::object message() const {
    return json::parse(text).at("choices").at(0).at("message").as_object();
  }

  static std::string picture(std::string_view label) { return test::fake_png({64, 48}, label); }
  static std::string data_url(const std::string& bytes) {
    return "data:image/png;base64," + base64_encode(bytes);
  }
  static std::string part(const std::string& url) {
    return R"({"type":"image_url","image_url":{"url":")" + url + R"("}})";
  }
  static std::string with_picture(const std::string& url) {
    return R"([{"type":"text","text":"bluer"},)" + part(url) + "]";
  }
  static std::string drawn_before(const std::string& url) {
    return R"({"role":"assistant","content":"","images":[)" + part(url) + "]},";
  }

  test::MemorySpool spool;
  UploadDesk desk{spool, {}};
  test::FakeWeb remote{desk};
  Editor editor{book, codec, desk, workers};
  ImageLinks links{Secret("signing key"), 3600s, clock};
  ByteBudget budget{1'000'000'000};
  Chatter chatter;
  ChatPictures pictures = ChatPictures::both;
  std::string text;  // of the last answer
};

TEST_F(ChatDoor, DrawsTheLastUserMessage) {
  const auto response = good(body("\"a cat --seed 7\"", R"(,"temperature":1)"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("x-seed"), "7");
  EXPECT_EQ(response.headers.find("x-ignored-params"), "temperature");
  ASSERT_THAT(provider.orders(), SizeIs(1));
  EXPECT_EQ(provider.orders()[0].prompt, "a cat");
  EXPECT_EQ(provider.orders()[0].seed, 7u);
  const auto answer = json::parse(text).as_object();
  EXPECT_EQ(answer.at("id"), "chatcmpl-req_1");
  EXPECT_EQ(answer.at("model"), "painter");
  EXPECT_THAT(std::string(message().at("content").as_string()),
              StartsWith("![image](http://gateway.example.com/images/"));
  EXPECT_EQ(message().at("images").at(0).at("image_url").at("url").as_string(),
            data_url(*test::FakeProvider::picture_of(provider.orders()[0]).bytes));
}

TEST_F(ChatDoor, WithoutAnAddressThereIsNoLinkButAPicture) {
  context.origin = "";
  good(body("\"a cat --seed 7\""));
  EXPECT_EQ(message().at("content"), "1024x1024, seed 7");
  EXPECT_EQ(message().at("images").as_array().size(), 1u);
}

TEST_F(ChatDoor, APictureThatCannotBeStoredIsStillAnswered) {
  loop.blobs.faults.write = true;
  good(body("\"a cat --seed 7\""));
  EXPECT_EQ(message().at("content"), "1024x1024, seed 7");
  EXPECT_EQ(message().at("images").as_array().size(), 1u);
}

TEST_F(ChatDoor, WhatIsNotToBeKeptHasNoLinkAndNoFile) {
  good(body("\"a cat --seed 7\"", R"(,"store":false)"));
  EXPECT_EQ(message().at("content"), "1024x1024, seed 7");
  EXPECT_EQ(message().at("images").as_array().size(), 1u);
  EXPECT_EQ(loop.blobs.count(), 0u);
}

TEST_F(ChatDoor, StreamsThePartsOfTheAnswer) {
  const auto response =
      good(body("\"a cat\"", R"(,"stream":true,"stream_options":{"include_usage":true})"));
  EXPECT_EQ(response.headers.find("Content-Type"), "text/event-stream");
  EXPECT_THAT(text, HasSubstr("\n\n: "));
  const auto told = events();
  ASSERT_THAT(told, SizeIs(6));
  EXPECT_THAT(told[0], HasSubstr(R"("delta":{"role":"assistant","content":""})"));
  EXPECT_THAT(told[1], HasSubstr(R"("images":[{"type":"image_url","index":0)"));
  EXPECT_THAT(told[2], HasSubstr("![image](http://gateway.example.com/images/"));
  EXPECT_THAT(told[3], HasSubstr(R"("finish_reason":"stop")"));
  EXPECT_THAT(told[4], HasSubstr(R"("choices":[],"usage")"));
  EXPECT_EQ(told[5], "[DONE]");
}

TEST_F(ChatDoor, WithoutUsageThereIsNoUsageEvent) {
  good(body("\"a cat\"", R"(,"stream":true)"));
  EXPECT_THAT(text, Not(HasSubstr("usage")));
  EXPECT_EQ(events().back(), "[DONE]");
}

TEST_F(ChatDoor, AStreamEndsWithTheErrorWhenNothingWasDrawn) {
  UpstreamFailure failure;
  failure.error = Error(ErrorKind::content_rejected, "not this");
  provider.fail_next(failure);
  good(body("\"a cat\"", R"(,"stream":true)"));
  const auto told = events();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(json::parse(told[1]).at("error").at("code"), "content_policy_violation");
}

TEST_F(ChatDoor, OneFailureOfSeveralIsSaidInTheText) {
  UpstreamFailure failure;
  failure.error = Error(ErrorKind::content_rejected, "not this");
  provider.fail_next(failure);
  good(body("\"a cat --n 2\"", R"(,"stream":true)"));
  EXPECT_THAT(text, HasSubstr("Picture 1 of 2 failed: not this"));
  EXPECT_EQ(events().back(), "[DONE]");
}

TEST_F(ChatDoor, RefusesBeforeTheStreamBegins) {
  EXPECT_EQ(refused(body("\"a cat\"", R"(,"stream":true,"model":"nobody")")).code(),
            "model_not_found");
  EXPECT_EQ(refused(body("\"a cat --size 9999x9999\"", R"(,"stream":true)")).param(), "size");
  EXPECT_EQ(refused("{").code(), "invalid_json");
  EXPECT_THAT(provider.orders(), IsEmpty());
}

TEST_F(ChatDoor, TakesOnlyJson) {
  auto wrong = request(body("\"a cat\""));
  wrong.headers.set("Content-Type", "text/plain");
  const auto response = ask(std::move(wrong));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind(), ErrorKind::unsupported_media_type);
}

TEST_F(ChatDoor, PicturesOfTheUserAreDrawnFrom) {
  good(body(with_picture(data_url(picture("mine"))), R"(,"model":"editor")"));
  ASSERT_THAT(provider.orders(), SizeIs(1));
  ASSERT_THAT(provider.orders()[0].references, SizeIs(1));
  EXPECT_EQ(*provider.orders()[0].references[0], picture("mine"));
}

TEST_F(ChatDoor, ALargeBodyIsTheSame) {
  good(body(with_picture(data_url(picture(std::string(300'000, 'x')))), R"(,"model":"editor")"));
  ASSERT_THAT(provider.orders(), SizeIs(1));
  EXPECT_EQ(*provider.orders()[0].references.at(0), picture(std::string(300'000, 'x')));
}

TEST_F(ChatDoor, WhatIsNoPictureIsRefusedByName) {
  const auto error =
      refused(body(with_picture("data:image/png;base64,aGVsbG8="), R"(,"model":"editor")"));
  EXPECT_EQ(error.param(), "messages[0].content[1].image_url");
}

TEST_F(ChatDoor, AnOwnLinkIsThePictureThatIsStored) {
  good(body("\"a cat --seed 7\""));
  const auto content = std::string(message().at("content").as_string());
  const auto link =
      content.substr(content.find("/images/"), content.find(')') - content.find("/images/"));
  good(body(with_picture("https://other.example.com" + link), R"(,"model":"editor")"));
  ASSERT_THAT(provider.orders(), SizeIs(2));
  EXPECT_EQ(*provider.orders()[1].references.at(0),
            *test::FakeProvider::picture_of(provider.orders()[0]).bytes);
}

TEST_F(ChatDoor, AForgedExpiredOrForgottenLinkIsRefused) {
  const auto message = [&](const std::string& link) {
    const auto error = refused(body(with_picture(link), R"(,"model":"editor")"));
    EXPECT_EQ(error.param(), "messages[0].content[1].image_url");
    EXPECT_EQ(error.code(), "invalid_image_url");
    return error.message();
  };
  const auto link = links.path("abc.png");
  EXPECT_THAT(message(link + "x"), HasSubstr("not a link that this gateway gave out"));
  EXPECT_THAT(message(link), HasSubstr("no longer stored"));
  clock.advance(2h);
  EXPECT_THAT(message(link), HasSubstr("expired"));
}

TEST_F(ChatDoor, AForgedLinkIsOursOnlyWhereItNamesUs) {
  const auto forged = links.path("abc.png") + "x";
  const auto theirs = "https://cdn.example.com" + forged;
  good(body(with_picture(theirs), R"(,"model":"editor")"));
  EXPECT_EQ(*provider.orders().at(0).references.at(0), test::FakeWeb::picture(theirs));

  context.origin = "https://pictures.example.com/gateway";  // behind a proxy
  const auto error = refused(body(with_picture(context.origin + forged), R"(,"model":"editor")"));
  EXPECT_THAT(error.message(), HasSubstr("not a link that this gateway gave out"));
  EXPECT_THAT(remote.params, SizeIs(1)) << "of ourselves nothing is fetched";
}

TEST_F(ChatDoor, AllPicturesFromElsewhereHaveOneTime) {
  good(body("[{\"type\":\"text\",\"text\":\"bluer\"}," + part("https://a.example/1") + "," +
                part("https://b.example/2") + "]",
            R"(,"model":"editor")"));
  ASSERT_THAT(remote.untils, SizeIs(2));
  EXPECT_EQ(remote.untils[0], remote.untils[1]);
  EXPECT_LE(remote.untils[0], std::chrono::steady_clock::now() + 60s);
}

TEST_F(ChatDoor, PicturesFromElsewhereKeepTheirPlace) {
  const auto mine = part(data_url(picture("mine")));
  good(body(
      "[{\"type\":\"text\",\"text\":\"bluer\"}," + part("https://a.example/1") + "," + mine + "]",
      R"(,"model":"editor")"));
  ASSERT_THAT(provider.orders(), SizeIs(1));
  ASSERT_THAT(provider.orders()[0].references, SizeIs(2));
  EXPECT_EQ(*provider.orders()[0].references[0], test::FakeWeb::picture("https://a.example/1"));
  EXPECT_EQ(*provider.orders()[0].references[1], picture("mine"));
  EXPECT_THAT(remote.params, testing::ElementsAre("messages[0].content[1].image_url"));
}

TEST_F(ChatDoor, AModelThatOnlyEditsTakesTheAssistantsLastPicture) {
  const auto before = drawn_before(data_url(picture("theirs")));
  good(body("\"bluer\"", R"(,"model":"editor")", before));
  EXPECT_EQ(*provider.orders().at(0).references.at(0), picture("theirs"));
  EXPECT_EQ(
      refused(body("\"bluer\"", R"(,"model":"editor","image_from_history":false)", before)).param(),
      "model");
}

TEST_F(ChatDoor, AModelThatDrawsFromTextTakesItOnRequestOnly) {
  const auto before = drawn_before(data_url(picture("theirs")));
  good(body("\"a dog\"", R"(,"model":"painter")", before));
  EXPECT_THAT(provider.orders().at(0).references, IsEmpty());
  EXPECT_NE(refused(body("\"bluer --edit\"", R"(,"model":"painter")", before)).param(), "");
}

TEST_F(ChatDoor, OnRequestTheAssistantsPictureGoesBeforeTheUsers) {
  good(body(with_picture(data_url(picture("mine"))),
            R"(,"model":"editor","image_from_history":true)",
            drawn_before(data_url(picture("theirs")))));
  const auto& references = provider.orders().at(0).references;
  ASSERT_THAT(references, SizeIs(2));
  EXPECT_EQ(*references[0], picture("theirs"));
  EXPECT_EQ(*references[1], picture("mine"));
}

TEST_F(ChatDoor, WithoutAnyPictureThereIsNothingToEdit) {
  EXPECT_EQ(refused(body("\"bluer --edit\"", R"(,"model":"editor")")).param(),
            "image_from_history");
}

TEST_F(ChatDoor, OtherModelsAreHandedThrough) {
  chatter.content_type = "text/event-stream";
  chatter.pieces = {"data: {\"a\":1}\n\nda", "ta: [DONE]\n\n"};
  const auto asked =
      R"({"model":"talker","messages":[{"role":"user","content":[{"type":"input_audio"}]}]})";
  const auto response = good(asked);
  EXPECT_EQ(text, "data: {\"a\":1}\n\ndata: [DONE]\n\n");
  EXPECT_EQ(response.headers.find("Content-Type"), "text/event-stream");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-cache");
  EXPECT_EQ(response.headers.find("x-provider"), "chatter");
  ASSERT_THAT(chatter.calls, SizeIs(1));
  EXPECT_EQ(chatter.calls[0].model, "talker");
  EXPECT_EQ(chatter.calls[0].body, asked);
  EXPECT_THAT(provider.orders(), IsEmpty());
}

TEST_F(ChatDoor, LargeChatsAreHandedThroughToo) {
  chatter.pieces = {"{}"};
  const auto asked = body("\"" + std::string(300'000, 'x') + "\"", R"(,"model":"talker")");
  const auto response = good(asked);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  EXPECT_EQ(text, "{}");
  EXPECT_EQ(chatter.calls.at(0).body, asked);
}

TEST_F(ChatDoor, ARefusalOfTheChatServiceIsAnError) {
  chatter.refusal = Error(ErrorKind::rate_limited, "slower");
  EXPECT_EQ(refused(body("\"hello\"", R"(,"model":"talker")")).kind(), ErrorKind::rate_limited);
}

TEST_F(ChatDoor, AHeartbeatGoesAheadOfPlainJson) {
  auto patient = request(body("\"a cat --seed 7\""));
  patient.headers.add("x-heartbeat", "whitespace");
  ASSERT_TRUE(ask(std::move(patient)));
  EXPECT_EQ(json::parse(text).at("object"), "chat.completion");
}

}  // namespace
}  // namespace gw::api
