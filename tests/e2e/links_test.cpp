// Links to pictures as clients, browsers and caches use them.
#include "tests/e2e/shared_gateway.hpp"

#include <fmt/format.h>

#include <string>

namespace gw::test {
namespace {

class Links : public SharedGateway {
 protected:
  static std::string fresh_link() {
    return link_of(send(draw_small("a lighthouse", R"(,"response_format":"url")")));
  }
  static Ask head(std::string target) {
    auto request = get(std::move(target));
    request.method = "HEAD";
    return request;
  }
};

TEST_F(Links, AreForEverybodyWhoHasThem) {
  const auto link = fresh_link();
  const auto plain = send(get(link));
  const auto with_key = send(get(link).with_key());

  EXPECT_THAT(plain, HasStatus(200));
  EXPECT_THAT(plain, HasHeader("Content-Type", "image/png"));
  EXPECT_THAT(plain, HasHeader("X-Content-Type-Options", "nosniff"));
  EXPECT_THAT(plain, HasHeader("Access-Control-Allow-Origin", "*"));
  EXPECT_EQ(plain.body.substr(0, 8), "\x89PNG\r\n\x1A\n");
  EXPECT_EQ(with_key.body, plain.body);
}

TEST_F(Links, AreAbsoluteByTheHostThatTheClientUsed) {
  const auto answer = send(draw_small("a lighthouse", R"(,"response_format":"url")"));
  EXPECT_TRUE(answer.body.contains("\"url\":\"http://gateway.example.com/images/"));
}

TEST_F(Links, ForgedOnesAreRefused) {
  const auto link = fresh_link();
  const auto other = fresh_link();
  const auto query = link.find('?');
  const auto expires = link.find("expires=") + 8;
  auto later = link;
  later[expires] = '9';
  auto flipped = link;
  flipped.back() = flipped.back() == 'A' ? 'B' : 'A';

  for (const auto& forged :
       {later, flipped, link.substr(0, query), link.substr(0, link.find("&signature")),
        other.substr(0, other.find('?')) + link.substr(query), link + "x",
        link.substr(0, query) + "?expires=&signature="}) {
    SCOPED_TRACE(forged);
    EXPECT_THAT(send(get(forged)), IsError(403, "null", "null"));
  }
}

TEST_F(Links, ParametersInAnotherOrderOrTwiceChangeNothing) {
  const auto link = fresh_link();
  EXPECT_THAT(send(get(link + "&download=1")), HasStatus(200));
  EXPECT_THAT(send(get(link + "&expires=99999999999")),
              testing::AnyOf(HasStatus(200), HasStatus(403)));
}

TEST_F(Links, HeadTellsTheSameWithoutABody) {
  const auto link = fresh_link();
  const auto whole = send(get(link));
  const auto answer = send(head(link));

  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_EQ(answer.header("Content-Length"), fmt::to_string(whole.body.size()));
  EXPECT_EQ(answer.header("ETag"), whole.header("ETag"));
  EXPECT_THAT(send(head("/images/nothing.png")), HasStatus(403));
}

TEST_F(Links, RangesGiveExactlyThatPart) {
  const auto link = fresh_link();
  const auto whole = send(get(link)).body;
  const auto size = whole.size();
  const struct {
    std::string range;
    std::size_t first;
    std::size_t length;
  } parts[] = {{"bytes=0-0", 0, 1},
               {"bytes=10-19", 10, 10},
               {fmt::format("bytes={}-", size - 5), size - 5, 5},
               {"bytes=-7", size - 7, 7},
               {"bytes=5-99999999999", 5, size - 5}};
  for (const auto& part : parts) {
    SCOPED_TRACE(part.range);
    const auto answer = send(get(link).with("Range", part.range));
    EXPECT_THAT(answer, HasStatus(206));
    EXPECT_EQ(answer.body, whole.substr(part.first, part.length));
    EXPECT_THAT(answer,
                HasHeader("Content-Range", fmt::format("bytes {}-{}/{}", part.first,
                                                       part.first + part.length - 1, size)));
  }
  const auto beyond = send(get(link).with("Range", fmt::format("bytes={}-", size)));
  EXPECT_THAT(beyond, HasStatus(416));
  EXPECT_THAT(beyond, HasHeader("Content-Range", fmt::format("bytes */{}", size)));
  for (const auto* odd : {"bytes=5-4", "bytes=a-b", "bytes=-", "pages=1-2", "bytes=0-1,3-4",
                          "bytes=18446744073709551616-", "bytes=-18446744073709551616"}) {
    SCOPED_TRACE(odd);
    const auto answer = send(get(link).with("Range", odd));
    EXPECT_THAT(answer, HasStatus(200));
    EXPECT_EQ(answer.body, whole);
  }
}

TEST_F(Links, CachesNeedNotAskTwice) {
  const auto link = fresh_link();
  const auto etag = send(get(link)).header("ETag").value();

  for (const auto& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    SCOPED_TRACE(known);
    const auto answer = send(get(link).with("If-None-Match", known));
    EXPECT_THAT(answer, HasStatus(304));
    EXPECT_EQ(answer.header("ETag"), etag);
  }
  EXPECT_THAT(send(get(link).with("If-None-Match", "\"other\"")), HasStatus(200));
  const auto partly = get(link).with("Range", "bytes=0-3");
  EXPECT_THAT(send(partly.with("If-Range", etag)), HasStatus(206));
  EXPECT_THAT(send(partly.with("If-Range", "\"other\"")), HasStatus(200));
}

TEST_F(Links, TakeNothingButGet) {
  auto request = get(fresh_link());
  for (const auto* method : {"POST", "PUT", "DELETE"}) {
    SCOPED_TRACE(method);
    request.method = method;
    const auto answer = send(request);
    EXPECT_THAT(answer, IsError(405, "method_not_supported", "null"));
    EXPECT_THAT(answer, HasHeader("Allow", "GET, HEAD"));
  }
}

TEST_F(Links, ThePicturesOfOtherFormatsAreWhatTheySay) {
  for (const auto* format : {"jpeg", "webp"}) {
    const auto made = send(draw_small(
        "a lighthouse", fmt::format(R"(,"response_format":"url","output_format":"{}")", format)));
    const auto answer = send(get(link_of(made)));
    EXPECT_THAT(answer, HasHeader("Content-Type", fmt::format("image/{}", format)));
    const bool is_jpeg = answer.body.starts_with("\xFF\xD8\xFF");
    const bool is_webp = answer.body.substr(8, 4) == "WEBP";
    EXPECT_TRUE(format == std::string("jpeg") ? is_jpeg : is_webp);
  }
}

TEST(OldLinks, ExpireWhenTheyShould) {
  const auto gateway = GatewayProcess::serving({.environment = {{"IMAGE_URL_TTL", "1s"}}});
  const auto link =
      link_of(ask(gateway->port(), draw_small("a pear", R"(,"response_format":"url")")));

  EXPECT_TRUE(eventually([&] { return ask(gateway->port(), get(link)).status == 404; }));
  const auto answer = ask(gateway->port(), get(link));
  EXPECT_THAT(answer, IsError(404, "null", "null"));
  EXPECT_TRUE(answer.body.contains("expired"));
}

}  // namespace
}  // namespace gw::test
