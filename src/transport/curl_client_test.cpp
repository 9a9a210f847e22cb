#include "base/event.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "transport/http_client.hpp"
#include "transport/http_library.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;
using Then = ScriptedAnswer::Then;
using Stage = TransferFault::Stage;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr auto kPatience = 10s;

ScriptedServer::Script always(std::string bytes, Then then = Then::keep_open) {
  return [=](const RawRequest&, std::size_t) { return ScriptedAnswer{bytes, then}; };
}

class CurlClientTest : public testing::Test {
 protected:
  Transfer perform(OutgoingRequest request) {
    return test::run(io_, client_->perform(std::move(request)));
  }

  static OutgoingRequest get(const ScriptedServer& server) {
    OutgoingRequest request;
    request.url = server.url();
    request.total_time = kPatience;
    return request;
  }

  static OutgoingRequest post(const ScriptedServer& server, std::string body) {
    auto request = get(server);
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(body);
    return request;
  }

  asio::io_context io_;
  std::unique_ptr<HttpClient> client_ = make_curl_client(io_);
};

TEST_F(CurlClientTest, gives_status_headers_in_lower_case_and_body) {
  ScriptedServer server(always(http_answer(418, "short", "X-Some-Thing:  a value \r\n")));

  const auto answer = perform(get(server));

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 418);
  EXPECT_EQ(answer->header("x-some-thing"), "a value");
  EXPECT_EQ(answer->header("absent"), "");
  EXPECT_EQ(answer->body.joined(), "short");
}

TEST_F(CurlClientTest, sends_what_it_is_given_and_no_expect) {
  ScriptedServer server(always(http_answer(200, "")));
  const std::string body(2'000'000, 'b');
  auto request = post(server, body);
  request.headers.emplace_back("Authorization", "Bearer abc");
  request.headers.emplace_back("X-Empty", "");

  ASSERT_TRUE(perform(std::move(request)));

  const auto seen = server.requests().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.body, body);
  EXPECT_EQ(seen.header("content-length"), "2000000");
  EXPECT_EQ(seen.header("content-type"), "application/json");
  EXPECT_EQ(seen.header("authorization"), "Bearer abc");
  EXPECT_THAT(seen.headers, Contains(Pair("x-empty", "")));
  EXPECT_THAT(seen.headers, Not(Contains(Pair("expect", testing::_))));
}

TEST_F(CurlClientTest, knows_other_methods_and_a_post_without_a_body) {
  ScriptedServer server(always(http_answer(200, "")));
  for (const auto* method : {"POST", "PUT", "DELETE", "HEAD"}) {
    auto request = get(server);
    request.method = method;
    ASSERT_TRUE(perform(std::move(request))) << method;
    EXPECT_EQ(server.requests().back().method, method);
    EXPECT_EQ(server.requests().back().body, "");
    EXPECT_EQ(server.requests().back().header("content-type"), "");
  }
}

TEST_F(CurlClientTest, keeps_a_large_chunked_answer_in_blocks) {
  std::string body(5'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 + i / 7);
  std::string bytes =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4c4b40\r\n" + body + "\r\n0\r\n\r\n";
  ScriptedServer server(always(bytes));

  const auto answer = perform(get(server));

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), body.size());
  EXPECT_TRUE(answer->body.joined() == body);
  const auto& blocks = answer->body.blocks;
  ASSERT_EQ(blocks.size(), 20u);
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) EXPECT_EQ(blocks[i].size(), 256u << 10);
}

TEST_F(CurlClientTest, cuts_an_answer_that_is_too_large) {
  ScriptedServer server(always(http_answer(200, std::string(100'001, 'x'))));
  auto request = get(server);
  request.max_answer_bytes = 100'000;

  const auto answer = perform(std::move(request));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::unsure);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
  EXPECT_THAT(answer.error().error.message(), HasSubstr("larger"));
}

TEST_F(CurlClientTest, offers_what_this_libcurl_decodes_and_nothing_else) {
  ScriptedServer server(always(http_answer(200, "")));
  ASSERT_TRUE(perform(get(server)));
  EXPECT_EQ(server.requests().at(0).header("accept-encoding"),
            fmt::format("{}", fmt::join(http_library().decoders, ", ")));
}

// "hello" in each coding.
const std::map<std::string, std::string> kCoded = {
    {"gzip",
     std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6"
                 "\x10\x36\x05\x00\x00\x00",
                 25)},
    {"deflate", std::string("\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\x00\x06\x2c\x02\x15", 13)},
    {"br", std::string("\x40\x00\x10hello\x03", 9)},
    {"zstd", std::string("\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello", 14)}};

TEST_F(CurlClientTest, decodes_all_that_it_offers) {
  for (const auto& coding : http_library().decoders) {
    ASSERT_TRUE(kCoded.contains(coding)) << coding;
    const auto headers = fmt::format("Content-Encoding: {}\r\n", coding);
    ScriptedServer server(always(http_answer(200, kCoded.at(coding), headers)));
    const auto answer = perform(get(server));
    ASSERT_TRUE(answer) << coding << ": " << answer.error().error.detail();
    EXPECT_EQ(answer->body.joined(), "hello") << coding;
  }
}

TEST_F(CurlClientTest, cuts_an_answer_that_is_too_large_once_decoded) {
  constexpr uLong kLarge = 64u << 20;
  const std::string zeros(kLarge, '\0');
  auto size = compressBound(kLarge);
  std::string bomb(size, '\0');
  ASSERT_EQ(compress2(reinterpret_cast<Bytef*>(bomb.data()), &size,
                      reinterpret_cast<const Bytef*>(zeros.data()), kLarge, Z_BEST_SPEED),
            Z_OK);
  bomb.resize(size);
  ScriptedServer server(always(http_answer(200, bomb, "Content-Encoding: deflate\r\n")));
  auto request = get(server);
  request.max_answer_bytes = 1u << 20;
  ASSERT_LT(bomb.size(), request.max_answer_bytes);

  const auto answer = perform(std::move(request));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
  EXPECT_THAT(answer.error().error.message(), HasSubstr("larger"));
}

TEST_F(CurlClientTest, keeps_to_one_order_of_headers_whoever_it_says_it_is) {
  ScriptedServer server(always(http_answer(200, "")));
  const auto head = [&](std::string agent) {
    auto request = post(server, "{}");
    request.headers = {{"Accept", "application/json"},
                       {"Content-Type", "application/json"},
                       {"Authorization", "Bearer x"},
                       {"Cookie", "a=b"}};
    request.user_agent = std::move(agent);
    EXPECT_TRUE(perform(std::move(request)));
    return server.requests().back().head;
  };
  const auto expected = [&](std::string_view agent) {
    return fmt::format(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: {}\r\nAccept-Encoding: {}\r\nAccept: "
        "application/json\r\nContent-Type: application/json\r\nAuthorization: Bearer x\r\nCookie: "
        "a=b\r\nContent-Length: 2\r\n\r\n",
        server.port(), agent, fmt::join(http_library().decoders, ", "));
  };
  EXPECT_EQ(head(""), expected("dreamifly-2api/" GW_VERSION));
  EXPECT_EQ(head("Mozilla/5.0 (of a browser)"), expected("Mozilla/5.0 (of a browser)"));
}

TEST_F(CurlClientTest, tells_how_the_answer_came) {
  ScriptedServer server(always(http_answer(200, "")));
  const auto answer = perform(get(server));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->http_version, 11);
  EXPECT_EQ(answer->family, AddressFamily::ipv4);
}

TEST_F(CurlClientTest, connects_to_addresses_of_one_family_where_it_is_told_to) {
  ScriptedServer server(always(http_answer(200, "")));  // on 127.0.0.1 alone
  const auto by = [&](AddressFamily family) {
    auto request = get(server);
    request.url = fmt::format("http://localhost:{}/", server.port());
    request.family = family;
    return perform(std::move(request));
  };
  EXPECT_TRUE(by(AddressFamily::ipv4));
  const auto answer = by(AddressFamily::ipv6);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::before_send);
}

TEST_F(CurlClientTest, refuses_an_endless_head) {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nX: " + std::string(90'000, 'x') +
                               "\r\nY: " + std::string(90'000, 'y') +
                               "\r\nZ: " + std::string(90'000, 'z') + "\r\n\r\n"));
  const auto answer = perform(get(server));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
}

TEST_F(CurlClientTest, says_that_nothing_left_when_nobody_listens) {
  std::uint16_t port = 0;
  {
    asio::ip::tcp::acceptor unused(io_, {asio::ip::address_v4::loopback(), 0});
    port = unused.local_endpoint().port();
  }
  OutgoingRequest request;
  request.method = "POST";
  request.body = "{}";
  request.url = "http://127.0.0.1:" + std::to_string(port);

  const auto answer = perform(std::move(request));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::before_send);
  EXPECT_FALSE(answer.error().timed_out);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_unavailable);
  EXPECT_THAT(answer.error().error.message(), Not(HasSubstr("127.0.0.1")));
}

TEST_F(CurlClientTest, says_that_nothing_left_when_tls_fails) {
  ScriptedServer server(always("not TLS", Then::close));
  auto request = post(server, "{}");
  request.url.replace(0, 4, "https");
  request.connect_time = 300ms;  // this server waits for an end of the head that TLS does not have

  const auto answer = perform(std::move(request));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::before_send);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_unavailable);
}

TEST_F(CurlClientTest, is_unsure_after_a_reset_behind_the_body) {
  ScriptedServer server(always("", Then::reset));
  const auto answer = perform(post(server, "{}"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::unsure);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
}

TEST_F(CurlClientTest, is_unsure_after_half_an_answer) {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", Then::close));
  const auto answer = perform(post(server, "{}"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::unsure);
}

TEST_F(CurlClientTest, is_unsure_when_the_answer_takes_too_long) {
  ScriptedServer server(always(""));
  auto request = post(server, "{}");
  request.total_time = 200ms;

  const auto answer = perform(std::move(request));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::unsure);
  EXPECT_TRUE(answer.error().timed_out);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_timeout);
}

TEST_F(CurlClientTest, does_not_follow_redirects) {
  ScriptedServer server(always(http_answer(302, "", "Location: /elsewhere\r\n")));
  const auto answer = perform(get(server));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(CurlClientTest, skips_interim_answers_and_trailers) {
  ScriptedServer server(
      always("HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\n"
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nTrailing: "
             "late\r\n\r\n"));
  const auto answer = perform(get(server));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->header("link"), "");
  EXPECT_EQ(answer->header("trailing"), "");
  EXPECT_EQ(answer->body.joined(), "ok");
}

TEST_F(CurlClientTest, knows_only_http) {
  OutgoingRequest request;
  request.url = "file:///etc/hostname";
  const auto answer = perform(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::before_send);
}

TEST_F(CurlClientTest, refuses_line_breaks_in_headers_and_urls) {
  ScriptedServer server(always(http_answer(200, "")));
  auto header = get(server);
  header.headers = {{"X-A", "1\r\nX-B: 2"}};
  auto url = get(server);
  url.url += "\r\nX-B: 2";
  auto agent = get(server);
  agent.user_agent = "1\r\nX-B: 2";

  EXPECT_EQ(perform(std::move(header)).error().error.kind(), ErrorKind::internal);
  EXPECT_EQ(perform(std::move(url)).error().error.kind(), ErrorKind::internal);
  EXPECT_EQ(perform(std::move(agent)).error().error.kind(), ErrorKind::internal);
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(CurlClientTest, goes_through_the_proxy_it_is_given) {
  ScriptedServer proxy(always(http_answer(200, "from the proxy")));
  OutgoingRequest request;
  request.url = "http://upstream.example.com/api/time";
  request.proxy.url = proxy.url();

  const auto answer = perform(std::move(request));

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.joined(), "from the proxy");
  EXPECT_EQ(proxy.requests().at(0).target, "http://upstream.example.com/api/time");
}

Async<void> cancel_when_it_waits(asio::cancellation_signal& signal, const ScriptedServer& server,
                                 Executor executor) {
  // The server runs on another thread; looking again after each turn of the loop needs no clock.
  Event::Timer turn(executor);
  while (server.requests().empty()) {
    turn.expires_after(1ms);
    co_await turn.async_wait(use_awaitable);
  }
  signal.emit(asio::cancellation_type::terminal);
}

TEST_F(CurlClientTest, aborts_a_transfer_whose_coroutine_is_cancelled) {
  ScriptedServer server(always(""));
  asio::cancellation_signal signal;
  std::exception_ptr outcome;
  bool ended = false;
  asio::co_spawn(
      io_.get_executor(), client_->perform(post(server, "{}")),
      asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error, const Transfer&) {
        outcome = error;
        ended = true;
      }));
  asio::co_spawn(io_.get_executor(), cancel_when_it_waits(signal, server, io_.get_executor()),
                 [](std::exception_ptr) {});

  io_.run();

  EXPECT_TRUE(ended);
  EXPECT_TRUE(outcome) << "a cancelled operation ends with operation_aborted";
  EXPECT_TRUE(server.wait_for_closed(1, kPatience));
}

TEST_F(CurlClientTest, may_be_destroyed_with_transfers_under_way) {
  ScriptedServer server(always(""));
  auto io = std::make_unique<asio::io_context>();
  auto client = make_curl_client(*io);
  for (int i = 0; i < 3; ++i) {
    asio::co_spawn(io->get_executor(), client->perform(post(server, "{}")),
                   [](std::exception_ptr, const Transfer&) {});
  }
  for (int i = 0; i < 1'000 && server.requests().size() < 3; ++i) io->run_one_for(10ms);

  client.reset();
  io.reset();

  EXPECT_TRUE(server.wait_for_closed(3, kPatience));
}

TEST_F(CurlClientTest, performs_many_at_a_time) {
  ScriptedServer server([](const RawRequest& request, std::size_t) {
    return ScriptedAnswer{http_answer(200, request.body + std::string(300'000, '.')),
                          Then::keep_open};
  });
  int good = 0;
  for (int i = 0; i < 50; ++i) {
    const auto body = std::to_string(i);
    asio::co_spawn(io_.get_executor(), client_->perform(post(server, body)),
                   [&good, body](std::exception_ptr error, const Transfer& answer) {
                     if (!error && answer && answer->body.joined().starts_with(body + ".")) ++good;
                   });
  }
  io_.run();
  EXPECT_EQ(good, 50);
}

}  // namespace
}  // namespace gw
