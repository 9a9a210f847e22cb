#include "http/head_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw::http {
namespace {

using namespace std::string_view_literals;
using testing::HasSubstr;

struct Row {
  const char* name;
  std::string_view head;
  std::string_view complaint;  // empty: good
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

constexpr Row kRows[] = {
    // Good heads.
    {"the smallest head", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, ""},
    {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n"sv, ""},
    {"HTTP/1.0 with Host", "GET / HTTP/1.0\r\nHost: a\r\n\r\n"sv, ""},
    {"query and escapes", "GET /a%20b?x=1&y=%E5%8D%A1 HTTP/1.1\r\nHost: a\r\n\r\n"sv, ""},
    {"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"sv, ""},
    {"Content-Length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"sv, ""},
    {"chunked in any case", "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: ChunKed\r\n\r\n"sv,
     ""},
    {"Host with port", "GET / HTTP/1.1\r\nHost: example.com:8088\r\n\r\n"sv, ""},
    {"Host with IPv6", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"sv, ""},
    {"bytes over 0x7F in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: caf\xC3\xA9\r\n\r\n"sv, ""},
    {"empty value", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n"sv, ""},
    {"tab inside a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\r\n\r\n"sv, ""},
    {"no space behind the colon", "GET / HTTP/1.1\r\nHost:a\r\n\r\n"sv, ""},
    {"unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"sv, ""},
    {"TRACE is left to the router", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"sv, ""},

    // Lines.
    {"nothing", ""sv, "plain HTTP"},
    {"a TLS handshake", "\x16\x03\x01\x02\x00"sv, "plain HTTP"},
    {"space in front", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "plain HTTP"},
    {"leading CRLF", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "empty line"},
    {"no end", "GET / HTTP/1.1\r\nHost: a\r\n"sv, "empty line"},
    {"bare LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"sv, "bare LF"},
    {"bare LF behind a field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"sv, "bare LF"},
    {"bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n"sv, "bare LF"},
    {"bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"sv, "bare CR"},
    {"bare CR in the request line", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n"sv, "bare CR"},
    {"CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"sv, "bare CR"},
    {"NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"sv, "NUL"},
    {"NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "NUL"},
    {"bytes behind the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\r\nX"sv, "goes on"},

    // Request line.
    {"method with a bracket", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "not a token"},
    {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"sv, "not a path"},
    {"only a method", "GET\r\nHost: a\r\n\r\n"sv, "no target"},
    {"no version", "GET /\r\nHost: a\r\n\r\n"sv, "HTTP/1.1 or HTTP/1.0"},
    {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "no target"},
    {"two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"sv, "HTTP/1.1 or"},
    {"space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"sv, "HTTP/1.1 or"},
    {"tab as separator", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "not a token"},
    {"raw 0xFF in the target", "GET /\xFF HTTP/1.1\r\nHost: a\r\n\r\n"sv, "percent-encoded"},
    {"raw UTF-8 in the target", "GET /\xE5\x8D\xA1 HTTP/1.1\r\nHost: a\r\n\r\n"sv,
     "percent-encoded"},
    {"0x7F in the target", "GET /\x7F HTTP/1.1\r\nHost: a\r\n\r\n"sv, "percent-encoded"},
    {"tab in the target", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n"sv, "percent-encoded"},
    {"fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"sv, "fragment"},
    {"absolute form", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "not a path"},
    {"asterisk without OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"sv, "not a path"},
    {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "CONNECT"},
    {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"sv, "HTTP/1.1 or"},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n"sv, "not a path"},
    {"HTTP/11.1", "GET / HTTP/11.1\r\nHost: a\r\n\r\n"sv, "HTTP/1.1 or"},
    {"http in small letters", "GET / http/1.1\r\nHost: a\r\n\r\n"sv, "HTTP/1.1 or"},

    // Fields.
    {"obs-fold with a space", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"sv, "folded"},
    {"obs-fold with a tab", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n"sv, "folded"},
    {"a fold as first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"sv, "folded"},
    {"space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"sv, "before its colon"},
    {"tab before the colon", "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n"sv, "before its colon"},
    {"no colon", "GET / HTTP/1.1\r\nHost a\r\n\r\n"sv, "no colon"},
    {"empty name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"sv, "not a token"},
    {"name with a slash", "GET / HTTP/1.1\r\nHost: a\r\nX/Y: x\r\n\r\n"sv, "not a token"},
    {"name over 0x7F", "GET / HTTP/1.1\r\nHost: a\r\n\xC3\xA9: x\r\n\r\n"sv, "not a token"},
    {"control byte in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01\r\n\r\n"sv, "control byte"},
    {"0x7F in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \x7F\r\n\r\n"sv, "control byte"},

    // Host.
    {"no Host", "GET / HTTP/1.1\r\n\r\n"sv, "missing"},
    {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"sv, "more than one Host"},
    {"two Hosts on 1.0", "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n"sv, "more than one Host"},
    {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"sv, "not a host name"},
    {"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"sv, "not a host name"},
    {"Host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"sv, "not a host name"},
    {"Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"sv, "not a host name"},
    {"Host as a list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"sv, "not a host name"},
    {"port of letters", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"sv, "not a host name"},
    {"port too high", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"sv, "not a host name"},
    {"bracket left open", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"sv, "not a host name"},

    // Framing.
    {"Content-Length as a list", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n"sv,
     "plain number"},
    {"Content-Length twice, equal",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"sv,
     "more than one Content-Length"},
    {"Content-Length with a plus", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n"sv,
     "plain number"},
    {"Content-Length negative", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"sv,
     "plain number"},
    {"Content-Length in hex", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n"sv,
     "plain number"},
    {"Content-Length empty", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"sv,
     "plain number"},
    {"Content-Length split", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5 5\r\n\r\n"sv,
     "plain number"},
    {"Content-Length overflowing",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\n"sv, "too large"},
    {"TE beside CL",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
     "both"},
    {"CL behind TE",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"sv,
     "both"},
    {"TE on HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
     "HTTP/1.0"},
    {"TE identity", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"sv,
     "chunked"},
    {"TE xchunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"sv,
     "chunked"},
    {"TE gzip", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"sv, "chunked"},
    {"TE gzip, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"sv,
     "chunked"},
    {"TE chunked, gzip", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"sv,
     "chunked"},
    {"TE with parameter", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;x=1\r\n\r\n"sv,
     "chunked"},
    {"TE with vertical tab",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0B"
     "chunked\r\n\r\n"sv,
     "control byte"},
    {"TE in quotes", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n"sv,
     "chunked"},
    {"TE twice",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
     "more than one Transfer-Encoding"},
    {"TE empty", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n"sv, "chunked"},
};

class HeadCheckTable : public testing::TestWithParam<Row> {};

TEST_P(HeadCheckTable, SaysWhatIsWrong) {
  const auto& row = GetParam();

  const auto checked = check_head(row.head);

  if (row.complaint.empty()) {
    EXPECT_TRUE(checked) << checked.error().message();
  } else {
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind(), ErrorKind::invalid_request);
    EXPECT_THAT(checked.error().message(), HasSubstr(row.complaint));
  }
}

INSTANTIATE_TEST_SUITE_P(Heads, HeadCheckTable, testing::ValuesIn(kRows));

TEST(HeadCheck, RefusesTooManyFields) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (std::size_t i = 0; i < kMaxHeaderFields; ++i) head += "X: y\r\n";

  const auto checked = check_head(head + "\r\n");

  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind(), ErrorKind::header_too_large);
}

std::optional<std::size_t> length_of(std::string_view bytes) {
  std::size_t scanned = 0;
  return head_length(bytes, scanned);
}

TEST(HeadLength, IncludesTheEmptyLineAndNothingBehindIt) {
  constexpr auto head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv;

  EXPECT_EQ(length_of(std::string(head) + "BODY\r\n\r\n"), head.size());
}

TEST(HeadLength, WaitsWhileTheHeadMayStillBecomeRight) {
  constexpr auto head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv;

  for (std::size_t size = 0; size < head.size(); ++size) {
    EXPECT_FALSE(length_of(head.substr(0, size))) << size;
  }
}

TEST(HeadLength, RemembersWhereItLooked) {
  constexpr auto head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv;
  std::size_t scanned = 0;

  for (std::size_t size = 0; size < head.size(); ++size) {
    ASSERT_FALSE(head_length(head.substr(0, size), scanned)) << size;
  }

  EXPECT_EQ(head_length(head, scanned), head.size());
}

TEST(HeadLength, EndsAtTheFirstLineThatCanNotBecomeRight) {
  for (const auto bytes :
       {"GET / HTTP/1.1\nHost: a"sv, "\r\n"sv, "\n"sv, " GET"sv, "\x16\x03\x01"sv}) {
    const auto length = length_of(bytes);

    ASSERT_TRUE(length) << testing::PrintToString(bytes);
    EXPECT_FALSE(check_head(bytes.substr(0, *length)));
  }
}

}  // namespace
}  // namespace gw::http
