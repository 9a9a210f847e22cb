#include "app/value_parsers.hpp"

#include <gmock/gmock.h>

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

template <class T>
std::string fault(const Parsed<T>& parsed) {
  return parsed ? "no fault" : parsed.error();
}

TEST(ValueParsers, WholeNumbersStayWithinTheirBounds) {
  EXPECT_EQ(parse_whole_number("1", 1, 10), 1u);
  EXPECT_EQ(parse_whole_number("10", 1, 10), 10u);
  EXPECT_EQ(fault(parse_whole_number("abc", 1, 10)),
            "must be a whole number of at least 1, not 'abc'");
  EXPECT_EQ(fault(parse_whole_number("0", 1, 10)), "must be a whole number of at least 1, not '0'");
  EXPECT_EQ(fault(parse_whole_number("11", 1, 10)),
            "must be a whole number from 1 to 10, not '11'");
  EXPECT_EQ(fault(parse_whole_number("x", 0, 9)), "must be a whole number from 0 to 9, not 'x'");
  for (const auto text : {"", "-1", "+1", "1.0", "1 ", "0x1", "99999999999999999999"}) {
    EXPECT_FALSE(parse_whole_number(text, 0, 10)) << text;
  }
}

TEST(ValueParsers, SharesLieBetweenZeroAndOne) {
  EXPECT_EQ(parse_share("0.25"), 0.25);
  EXPECT_EQ(parse_share("1"), 1.0);
  for (const auto text : {"", "1.01", "-0.1", "nan", "inf", "0,5", "0.5x", "1e-1"}) {
    EXPECT_FALSE(parse_share(text)) << text;
  }
}

TEST(ValueParsers, DurationsHaveUnitsOrAreSeconds) {
  EXPECT_EQ(parse_duration("90s", 0ms, 24h), 90s);
  EXPECT_EQ(parse_duration("30m", 0ms, 24h), 30min);
  EXPECT_EQ(parse_duration("24h", 0ms, 24h), 24h);
  EXPECT_EQ(parse_duration("7d", 0ms, 240h), 168h);
  EXPECT_EQ(parse_duration("250ms", 0ms, 24h), 250ms);
  EXPECT_EQ(parse_duration("600", 0ms, 24h), 600s);
  EXPECT_EQ(parse_duration("5 M", 0ms, 24h), 5min);
  for (const auto text : {"", "h", "1.5h", "-1s", "1w", "1h30m", "213503982335d"}) {
    EXPECT_FALSE(parse_duration(text, 0ms, 24h)) << text;
  }
  EXPECT_THAT(fault(parse_duration("25h", 1s, 24h)), HasSubstr("from 1s to 1d"));
}

TEST(ValueParsers, DurationsAreShownInTheirLargestWholeUnit) {
  EXPECT_EQ(show_duration(24h * 7), "7d");
  EXPECT_EQ(show_duration(75s), "75s");
  EXPECT_EQ(show_duration(10min), "10m");
  EXPECT_EQ(show_duration(1500ms), "1500ms");
  EXPECT_EQ(show_duration(0ms), "0s");
}

TEST(ValueParsers, SizesHaveUnitsOrAreBytes) {
  EXPECT_EQ(parse_size("30MB", 0, 1 << 30), 30'000'000u);
  EXPECT_EQ(parse_size("30MiB", 0, 1 << 30), 31'457'280u);
  EXPECT_EQ(parse_size("16 kib", 0, 1 << 30), 16'384u);
  EXPECT_EQ(parse_size("12345", 0, 1 << 30), 12'345u);
  for (const auto text : {"", "MB", "1.5MB", "1PB", "99999999999TiB", "-1"}) {
    EXPECT_FALSE(parse_size(text, 0, 1 << 30)) << text;
  }
}

TEST(ValueParsers, SizesAreShownAsTheyWouldBeWritten) {
  for (const auto text : {"30MB", "10GiB", "256MiB", "16KiB", "12345B"}) {
    EXPECT_EQ(show_size(parse_size(text, 0, 1ull << 40).value_or(0)), text);
  }
}

TEST(ValueParsers, ChatPicturesAreOneOfThreeWords) {
  EXPECT_EQ(parse_chat_pictures("Markdown"), api::ChatPictures::markdown);
  EXPECT_EQ(parse_chat_pictures("both"), api::ChatPictures::both);
  EXPECT_EQ(fault(parse_chat_pictures("url")), "must be images, markdown or both, not 'url'");
}

TEST(ValueParsers, LogLevelsAreWords) {
  EXPECT_EQ(parse_log_level("INFO"), LogLevel::info);
  EXPECT_EQ(fault(parse_log_level("loud")), "must be debug, info, warn, error or off, not 'loud'");
}

TEST(ValueParsers, ListenAddressesAreIpAddresses) {
  EXPECT_EQ(parse_listen_address("0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(parse_listen_address("localhost"), "127.0.0.1");
  EXPECT_EQ(parse_listen_address("[::1]"), "::1");
  for (const auto text : {"", "example.com", "1.2.3", "*", "127.0.0.1:80"}) {
    EXPECT_FALSE(parse_listen_address(text)) << text;
  }
}

TEST(ValueParsers, NetworksAreBroughtIntoOneForm) {
  EXPECT_THAT(parse_networks("127.0.0.1, 10.1.2.3/8 fd00::/8,::1").value(),
              ElementsAre("127.0.0.1/32", "10.0.0.0/8", "fd00::/8", "::1/128"));
  for (const auto text : {"*", "10.0.0.0/33", "example.com", "10.0.0.0/", "fd00::/129"}) {
    EXPECT_FALSE(parse_networks(text)) << text;
  }
}

TEST(ValueParsers, OriginsHaveNoPath) {
  EXPECT_EQ(parse_origin("https://Draw.Example.com/"), "https://draw.example.com");
  EXPECT_EQ(parse_origin("HTTP://dreamifly_web:3000"), "http://dreamifly_web:3000");
  EXPECT_EQ(parse_origin("http://[::1]:3000"), "http://[::1]:3000");
  for (const auto text :
       {"", "example.com", "ftp://example.com", "https://example.com/x", "https://u@example.com",
        "https://", "https://example.com:0", "https://example.com:99999", "https://exa mple.com",
        "https://example.com?x", "https://example.com#x", "https://[::1", "https://a\"b",
        "https://example.com:"}) {
    EXPECT_FALSE(parse_origin(text)) << text;
  }
}

TEST(ValueParsers, BaseUrlsMayHaveAPath) {
  EXPECT_EQ(parse_base_url("https://example.com/pictures/"), "https://example.com/pictures");
  EXPECT_EQ(parse_base_url("https://example.com"), "https://example.com");
  EXPECT_FALSE(parse_base_url("/pictures"));
}

TEST(ValueParsers, APathBeginsAtTheRootAndStaysOnItsHost) {
  EXPECT_EQ(parse_path("/api/models?small=1"), "/api/models?small=1");
  for (const auto* wrong : {"", "api/models", "//other.example.com/", "/a b", "/a#b", "/a\\b"})
    EXPECT_FALSE(parse_path(wrong)) << wrong;
}

TEST(ValueParsers, ProxiesAreHttpOrSocksAndKeepTheirPasswordToThemselves) {
  const auto plain = parse_proxy("socks5h://127.0.0.1:1080");
  EXPECT_EQ(plain->url, "socks5h://127.0.0.1:1080");
  EXPECT_FALSE(plain->has_credentials());
  EXPECT_EQ(show_proxy(*plain), "socks5h://127.0.0.1:1080");
  const auto proxy = parse_proxy("http://me:p%40ss:word@proxy.example.com:3128/");
  EXPECT_EQ(proxy->url, "http://proxy.example.com:3128");
  EXPECT_EQ(proxy->user, "me");
  EXPECT_EQ(proxy->password.reveal(), "p@ss:word");
  EXPECT_EQ(show_proxy(*proxy), "http://***@proxy.example.com:3128");
  EXPECT_EQ(parse_proxy("http://me:100%@proxy.example.com:3128")->password.reveal(), "100%");
  EXPECT_THAT(fault(parse_proxy("socks5://me:pass@proxy.example.com:1080")),
              Not(HasSubstr("pass@p")));
  EXPECT_FALSE(parse_proxy("http://proxy.example.com"));
}

TEST(ValueParsers, KnownNonKeysAreRefusedEachWithItsReason) {
  EXPECT_THAT(fault(parse_own_key("")), HasSubstr("is empty"));
  EXPECT_THAT(fault(parse_own_key("1")), HasSubstr("always asks for one"));
  EXPECT_THAT(fault(parse_own_key("change-me-to-a-long-random-key")), HasSubstr("placeholder"));
  EXPECT_THAT(fault(parse_own_key("Change-Me")), HasSubstr("placeholder"));
  EXPECT_EQ(parse_own_key("sk-test-1").value().reveal(), "sk-test-1");
}

TEST(ValueParsers, CredentialsFitIntoAHeaderAndAreNeverRepeated) {
  EXPECT_EQ(parse_credential("abc~!").value().reveal(), "abc~!");
  for (const auto text : {"sk-test two", "sk-test\r\nX: y", "sk-test-ключ"}) {
    EXPECT_THAT(fault(parse_credential(text)), Not(HasSubstr("sk-test"))) << text;
  }
}

TEST(ValueParsers, NamesStandBetweenCommasOrBlanks) {
  EXPECT_THAT(parse_names("a, vendor/b:1  c,").value(),
              testing::ElementsAre("a", "vendor/b:1", "c"));
  EXPECT_EQ(fault(parse_names("a,b,a")), "has 'a' twice");
  EXPECT_THAT(fault(parse_names("a,字")), HasSubstr("visible ASCII"));
}

TEST(ValueParsers, SwitchesAreOnOrOff) {
  for (const auto* text : {"on", "TRUE", "yes", "1"}) EXPECT_EQ(parse_switch(text), Switch::on);
  for (const auto* text : {"off", "False", "no", "0"}) EXPECT_EQ(parse_switch(text), Switch::off);
  EXPECT_EQ(fault(parse_switch("perhaps")), "must be on or off, not 'perhaps'");
}

TEST(ValueParsers, TextMapsAreJsonObjectsOfTexts) {
  const auto map = parse_text_map(R"({"b": "2", "水彩": ""})", EmptyValues::allowed);

  ASSERT_TRUE(map);
  EXPECT_EQ(map->at("b"), "2");
  EXPECT_EQ(map->at("水彩"), "");
  EXPECT_EQ(show_text_map(*map), R"({"b":"2","水彩":""})");
}

TEST(ValueParsers, TextMapsNameWhatTheyCannotHold) {
  EXPECT_THAT(fault(parse_text_map("{", EmptyValues::allowed)), HasSubstr("JSON object"));
  EXPECT_THAT(fault(parse_text_map("[]", EmptyValues::allowed)), HasSubstr("JSON object"));
  EXPECT_THAT(fault(parse_text_map(R"({"a": 1})", EmptyValues::allowed)),
              HasSubstr("'a' is no text"));
  EXPECT_EQ(fault(parse_text_map(R"({"": "x"})", EmptyValues::allowed)), "has an empty name");
  EXPECT_EQ(fault(parse_text_map(R"({"a": ""})", EmptyValues::refused)), "has nothing for 'a'");
}

TEST(ValueParsers, FaultsCutLongTextsAndShowControlCharacters) {
  EXPECT_EQ(must_be("short", "a\nb"), "must be short, not 'a\\x0ab'");
  EXPECT_EQ(must_be("a server", "http://me:hidden@word@host/x"),
            "must be a server, not 'http://***@host/x'");
  const auto cut = must_be("short", std::string(59, 'x') + "卡通");
  EXPECT_THAT(cut, HasSubstr("x…'"));
  EXPECT_LT(cut.size(), 90u);
}

}  // namespace
}  // namespace gw::app
