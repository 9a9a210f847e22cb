#include "http/response_head.hpp"

#include "http/server_core.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw::http {
namespace {

using testing::HasSubstr;
using testing::Not;

class Endless final : public BodySource {
 public:
  Task<SharedBytes> next() override { co_return share("x"); }
};

Response streamed(std::optional<std::uint64_t> length) {
  Response response;
  response.source = std::make_unique<Endless>();
  response.source_length = length;
  return response;
}

RequestHead request(bool http_1_0) {
  RequestHead head;
  head.method = "GET";
  head.http_1_0 = http_1_0;
  return head;
}

TEST(BodyForm, FollowsStatusVersionAndWhatIsKnown) {
  const auto modern = request(false);
  const auto old = request(true);
  EXPECT_EQ(body_form(modern, text_response(200, "text/plain", "a")), BodyForm::sized);
  EXPECT_EQ(body_form(modern, text_response(204, "text/plain", "a")), BodyForm::none);
  EXPECT_EQ(body_form(modern, text_response(304, "text/plain", "a")), BodyForm::none);
  EXPECT_EQ(body_form(modern, streamed(7)), BodyForm::sized);
  EXPECT_EQ(body_form(modern, streamed({})), BodyForm::chunked);
  EXPECT_EQ(body_form(old, streamed({})), BodyForm::until_close);
}

WireOptions wire(BodyForm form, Persistence persistence) {
  WireOptions options;
  options.form = form;
  options.persistence = persistence;
  options.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  options.request_id = "req_1";
  return options;
}

TEST(ResponseHead, IsExactlyThis) {
  const auto head = response_head(request(false), text_response(200, "text/plain", "hello"),
                                  wire(BodyForm::sized, Persistence::keep_alive));

  EXPECT_EQ(head,
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nx-request-id: req_1\r\n"
            "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\n");
}

TEST(ResponseHead, DropsWhatOnlyTheServerMaySay) {
  auto response = text_response(200, "text/plain", "hello");
  response.headers.add("content-length", "7");
  response.headers.add("Transfer-Encoding", "chunked");
  response.headers.add("X-Request-Id", "other");

  const auto head =
      response_head(request(false), response, wire(BodyForm::sized, Persistence::close));

  EXPECT_THAT(head, HasSubstr("Content-Length: 5\r\nConnection: close\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("chunked")));
  EXPECT_THAT(head, Not(HasSubstr("other")));
}

TEST(ResponseHead, AValueCannotAddAField) {
  auto response = text_response(200, "text/plain", "");
  response.headers.add("x-ignored-params", "a\r\nSet-Cookie: b=c");

  const auto head =
      response_head(request(false), response, wire(BodyForm::sized, Persistence::keep_alive));

  EXPECT_THAT(head, HasSubstr("x-ignored-params: a  Set-Cookie: b=c\r\n"));
}

TEST(ResponseHead, HasNoLengthWithoutABody) {
  const auto head = response_head(request(false), text_response(204, "text/plain", ""),
                                  wire(BodyForm::none, Persistence::keep_alive));

  EXPECT_THAT(head, HasSubstr("204 No Content"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
}

TEST(ResponseHead, TellsAnOldClientThatTheConnectionStays) {
  const auto head = response_head(request(true), text_response(200, "text/plain", ""),
                                  wire(BodyForm::sized, Persistence::keep_alive));

  EXPECT_THAT(head, HasSubstr("Connection: keep-alive\r\n"));
}

TEST(HttpDate, HasTheFixedForm) {
  using namespace std::chrono_literals;
  EXPECT_EQ(http_date(std::chrono::sys_seconds(784111777s)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(std::chrono::sys_seconds(1709164800s)), "Thu, 29 Feb 2024 00:00:00 GMT");
}

}  // namespace
}  // namespace gw::http
