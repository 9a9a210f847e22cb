#include "transport/edge/pasted.hpp"

#include "transport/edge/curl_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw::edge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Address kZone{.scheme = "https", .host = "draw.example.com"};
const std::string kAgent =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36";
const std::string kValue = "9a.B_c-1795389420-1.0.1.1-xyz";

std::expected<Pasted, PasteFault> paste(std::string_view text, std::string_view agent = kAgent) {
  return read_pasted({.text = text, .user_agent = agent}, kZone);
}

// The cookies as they would be sent.
std::string cookies_in(std::string_view text, std::string_view agent = kAgent) {
  const auto pasted = paste(text, agent);
  if (!pasted) return "refused: " + std::string(pasted.error().message);
  return cookie_line(pasted->cookies, kZone, kZone, WallTime());
}

std::string fault_of(std::string_view text, std::string_view agent = kAgent) {
  const auto pasted = paste(text, agent);
  if (pasted) return "taken";
  EXPECT_EQ(std::string(pasted.error().message).find("s3cret"), std::string::npos);
  return std::string(pasted.error().field) + " " + std::string(pasted.error().message);
}

TEST(Pasted, may_be_the_value_alone) {
  EXPECT_EQ(cookies_in(kValue), "cf_clearance=" + kValue);
  EXPECT_EQ(cookies_in(" \n" + kValue + "==\r\n"), "cf_clearance=" + kValue + "==");
}

TEST(Pasted, may_be_name_and_value) {
  EXPECT_EQ(cookies_in("cf_clearance=" + kValue), "cf_clearance=" + kValue);
  EXPECT_EQ(cookies_in("cf_clearance=="), "cf_clearance==");
}

TEST(Pasted, may_be_a_whole_cookie_line_of_which_the_edges_own_are_kept) {
  const auto line = "session=s3cret; cf_clearance=" + kValue + "; __cf_bm=b; _cfuvid=u; theme=x";
  const auto kept = "cf_clearance=" + kValue + "; __cf_bm=b; _cfuvid=u";
  EXPECT_EQ(cookies_in(line), kept);
  EXPECT_EQ(cookies_in("Cookie: " + line), kept);
  EXPECT_EQ(cookies_in("cookie:" + line), kept);
}

TEST(Pasted, the_first_of_a_name_counts) {
  EXPECT_EQ(cookies_in("cf_clearance=a; cf_clearance=b"), "cf_clearance=a");
}

TEST(Pasted, may_be_netscape_lines) {
  const auto pasted = paste(
      "# Netscape HTTP Cookie File\r\n\r\n"
      "#HttpOnly_.example.com\tTRUE\t/\tTRUE\t1795400000\tcf_clearance\tabc\r\n"
      "draw.example.com\tFALSE\t/\tTRUE\t0\t__cf_bm\tb\n"
      ".example.com\tTRUE\t/\tTRUE\t0\tsession\ts3cret\n"
      ".example.net\tTRUE\t/\tTRUE\t0\tcf_clearance\tother\n");
  ASSERT_TRUE(pasted) << pasted.error().message;
  ASSERT_EQ(pasted->cookies.size(), 2u);
  EXPECT_EQ(pasted->cookies[0].value.reveal(), "abc");
  EXPECT_EQ(pasted->cookies[0].domain, "example.com");
  EXPECT_EQ(pasted->cookies[0].expires_at, WallTime(std::chrono::seconds(1'795'400'000)));
  EXPECT_EQ(pasted->cookies[1].domain, "");
  EXPECT_EQ(pasted->cookies[1].expires_at, std::nullopt);
}

TEST(Pasted, netscape_lines_of_another_host_are_of_no_use) {
  EXPECT_THAT(fault_of(".example.net\tTRUE\t/\tTRUE\t0\tcf_clearance\ts3cret"),
              HasSubstr("no cookie for the upstream's host"));
  EXPECT_THAT(fault_of(".com\tTRUE\t/\tTRUE\t0\tcf_clearance\ts3cret"), HasSubstr("no cookie"));
}

TEST(Pasted, may_be_copied_as_curl_for_bash) {
  const auto command =
      "curl 'https://draw.example.com/api/x' \\\n  -H 'accept: */*' \\\n"
      "  -H 'cookie: session=s3cret; cf_clearance=" +
      kValue + "' \\\n  -H $'user-agent: " + kAgent +
      "' \\\n  --data-raw $'{\"it\\'s\":\"\\u0021 \\x21\"}' \\\n  --compressed";
  const auto pasted = paste(command, "");
  ASSERT_TRUE(pasted) << pasted.error().message;
  EXPECT_EQ(pasted->user_agent, kAgent);
  EXPECT_EQ(cookies_in(command), "cf_clearance=" + kValue);
}

TEST(Pasted, may_be_copied_as_curl_for_cmd) {
  const auto command =
      "curl ^\"https://draw.example.com/api/x^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n"
      "  -b ^\"theme=50^%^; cf_clearance=" +
      kValue + "^\" ^\r\n  -H ^\"sec-ch-ua: ^\\^\"Chromium^\\^\";v=^\\^\"126^\\^\"" +
      "^\" ^\r\n  -H ^\"user-agent: " + kAgent + "^\"";
  const auto pasted = paste(command, "");
  ASSERT_TRUE(pasted) << pasted.error().message;
  EXPECT_EQ(pasted->user_agent, kAgent);
  EXPECT_EQ(cookies_in(command), "cf_clearance=" + kValue);
}

TEST(Pasted, a_command_of_a_request_to_another_host_is_refused) {
  const auto at = [](const std::string& url) {
    return fault_of("curl '" + url + "' -b 'cf_clearance=s3cret'");
  };
  EXPECT_EQ(at("https://draw.example.com/"), "taken");
  EXPECT_EQ(at("https://example.com/"), "taken") << "the cookie is often the whole domain's";
  EXPECT_THAT(at("https://example.net/"), HasSubstr("another host"));
  EXPECT_THAT(at("https://draw.example.com@example.net/"), HasSubstr("another host"));
}

TEST(Pasted, a_command_of_another_browser_than_was_named_is_refused) {
  const std::string cookie = "curl 'https://draw.example.com/' -b 'cf_clearance=s3cret'";
  EXPECT_THAT(fault_of(cookie + " -A 'Mozilla/5.0 another'"),
              "user_agent is not the one in the cURL command");
  EXPECT_EQ(fault_of(cookie + " -H 'sec-ch-ua: \"Chromium\";v=\"126\", \"X\";v=\"8\"'"), "taken");
  EXPECT_THAT(fault_of(cookie + " -H 'sec-ch-ua: \"Chromium\";v=\"125\"'"),
              HasSubstr("user_agent is of another browser"));
  EXPECT_THAT(fault_of(cookie, ""), HasSubstr("user_agent is needed"));
}

TEST(Pasted, a_line_break_never_gets_into_a_header) {
  EXPECT_THAT(fault_of("cf_clearance=a\r\nX-Evil: s3cret"), HasSubstr("one line"));
  EXPECT_THAT(fault_of("abc\ndef"), HasSubstr("one line"));
  EXPECT_THAT(fault_of(std::string("abc\0def", 7)), HasSubstr("one line"));
  EXPECT_THAT(fault_of(kValue, kAgent + "\r\nX-Evil: s3cret"), HasSubstr("user_agent must be one"));
  EXPECT_THAT(fault_of("curl 'https://draw.example.com/' -b $'cf_clearance=a\\r\\nX: s3cret'"),
              HasSubstr("line break"));
  EXPECT_THAT(
      fault_of("curl 'https://draw.example.com/' -b 'cf_clearance=a' -A $'Mozilla/5\\nX'", ""),
      HasSubstr("user_agent must be one line"));
  EXPECT_THAT(fault_of("draw.example.com\tFALSE\t/\tTRUE\t0\tcf_clearance\ta\rX: s3cret"),
              HasSubstr("value is none"));
}

TEST(Pasted, is_refused_when_it_is_too_long) {
  EXPECT_EQ(fault_of(std::string(4'096, 'a')), "taken");
  EXPECT_THAT(fault_of(std::string(4'097, 'a')), HasSubstr("value is none"));
  EXPECT_THAT(fault_of(std::string(70'000, 'a')), HasSubstr("longer than 65536"));
  EXPECT_EQ(fault_of(kValue, "Mozilla/" + std::string(504, 'a')), "taken");
  EXPECT_THAT(fault_of(kValue, "Mozilla/" + std::string(505, 'a')), HasSubstr("longer than 512"));
}

TEST(Pasted, is_refused_when_it_holds_no_clearance) {
  EXPECT_THAT(fault_of(""), HasSubstr("text is empty"));
  EXPECT_THAT(fault_of("session=s3cret; __cf_bm=b"), HasSubstr("no cookie named cf_clearance"));
  EXPECT_THAT(fault_of("cf_clearance="), HasSubstr("value is none"));
  EXPECT_THAT(fault_of("two words"), HasSubstr("value is none"));
  EXPECT_THAT(fault_of("curl 'https://draw.example.com/'"), HasSubstr("no cookie named"));
  EXPECT_THAT(fault_of("curl 'https://draw.example.com/ -b cf_clearance=s3cret"),
              HasSubstr("left open"));
}

TEST(Pasted, needs_the_user_agent_of_a_browser) {
  EXPECT_THAT(fault_of(kValue, ""), HasSubstr("user_agent is needed"));
  EXPECT_THAT(fault_of(kValue, " \t"), HasSubstr("user_agent is needed"));
  for (const auto* tool : {"curl/7.88.1", "python-requests/2.31", "dreamifly-2api/0.1.0", "x"})
    EXPECT_THAT(fault_of(kValue, tool), HasSubstr("is not a browser's")) << tool;
  EXPECT_THAT(fault_of(kValue, "Mozilla/5.0 \xc3\xa4"), HasSubstr("visible"));
}

TEST(CurlCommand, words_are_told_apart_as_a_shell_does) {
  EXPECT_THAT(split_command("curl a'b c'\"d\\\"e\" f\\ g \\\n $'h\\'i'").value(),
              ElementsAre("curl", "ab cd\"e", "f g", "h'i"));
  EXPECT_THAT(split_command("curl ^\"a^%^^b^\" ^\r\n ^\"c^\"").value(),
              ElementsAre("curl", "a%^b", "c"));
  EXPECT_FALSE(split_command("curl 'a"));
  EXPECT_FALSE(split_command("curl \"a"));
  EXPECT_FALSE(split_command("curl $'a\\"));
}

}  // namespace
}  // namespace gw::edge
