#include "core/library/image_links.hpp"

#include "tests/support/manual_clock.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace gw {
namespace {

using namespace std::chrono_literals;
using enum ImageLinks::Verdict;

constexpr std::string_view kName = "abcdefghijklmnopqrstuvwxyz.png";

struct Link {
  std::string name;
  std::string expires;
  std::string signature;
};

class ImageLinksTest : public testing::Test {
 protected:
  static Link take_apart(std::string_view path) {
    constexpr std::string_view kFolder = "/images/";
    constexpr std::string_view kExpires = "?expires=";
    constexpr std::string_view kSignature = "&signature=";
    EXPECT_TRUE(path.starts_with(kFolder));
    const auto expires = path.find(kExpires);
    const auto signature = path.find(kSignature);
    const auto after_expires = expires + kExpires.size();
    return {std::string(path.substr(kFolder.size(), expires - kFolder.size())),
            std::string(path.substr(after_expires, signature - after_expires)),
            std::string(path.substr(signature + kSignature.size()))};
  }
  ImageLinks::Verdict check(const Link& tried) const {
    return links.check(tried.name, tried.expires, tried.signature);
  }

  test::ManualClock clock{WallTime(1'700'000'000s)};
  ImageLinks links{Secret("signing key"), 24h, clock};
  Link link = take_apart(links.path(kName));
};

TEST_F(ImageLinksTest, ALinkNamesItsFileAndWhenItExpires) {
  EXPECT_EQ(link.name, kName);
  EXPECT_EQ(link.expires, std::to_string(1'700'000'000 + 24 * 3600));
}

TEST_F(ImageLinksTest, ASignatureNeedsNoEscapingInAUrl) {
  EXPECT_EQ(link.signature.size(), 43u);
  EXPECT_EQ(link.signature.find_first_of("+/=%&"), std::string::npos);
}

TEST_F(ImageLinksTest, AFreshLinkIsValid) {
  EXPECT_EQ(check(link), valid);
}

TEST_F(ImageLinksTest, ALinkExpiresAtItsTimeAndNotBefore) {
  clock.advance(24h - 1ms);
  EXPECT_EQ(check(link), valid);
  clock.advance(1ms);
  EXPECT_EQ(check(link), expired);
}

TEST_F(ImageLinksTest, EveryChangedCharacterMakesItForged) {
  for (const auto part : {&Link::name, &Link::expires, &Link::signature}) {
    for (std::size_t i = 0; i < (link.*part).size(); ++i) {
      auto changed = link;
      auto& character = (changed.*part)[i];
      character = character == '1' ? '2' : '1';
      EXPECT_EQ(check(changed), forged) << (changed.*part);
    }
  }
}

TEST_F(ImageLinksTest, AnythingAddedOrMissingMakesItForged) {
  for (const auto part : {&Link::name, &Link::expires, &Link::signature}) {
    auto longer = link;
    (longer.*part) += '0';
    EXPECT_EQ(check(longer), forged);
    auto shorter = link;
    (shorter.*part).pop_back();
    EXPECT_EQ(check(shorter), forged);
    auto none = link;
    (none.*part).clear();
    EXPECT_EQ(check(none), forged);
  }
}

TEST_F(ImageLinksTest, AnExpiredLinkCannotBeProlonged) {
  clock.advance(25h);
  link.expires = std::to_string(std::stoll(link.expires) + 3600 * 24);
  EXPECT_EQ(check(link), forged);
}

TEST_F(ImageLinksTest, AnExpiredForgeryIsForgedAndNotExpired) {
  clock.advance(25h);
  link.signature[0] = link.signature[0] == 'A' ? 'B' : 'A';
  EXPECT_EQ(check(link), forged);
}

TEST_F(ImageLinksTest, ASignatureIsForOneFile) {
  link.name = "zyxwvutsrqponmlkjihgfedcba.png";
  EXPECT_EQ(check(link), forged);
}

TEST_F(ImageLinksTest, ALinkOfAnotherKeyIsForged) {
  const ImageLinks others(Secret("another key"), 24h, clock);
  EXPECT_EQ(check(take_apart(others.path(kName))), forged);
}

TEST_F(ImageLinksTest, ASteadyLinkStaysTheSameForAWhile) {
  const auto steady = links.steady_path(kName);
  EXPECT_EQ(check(take_apart(steady)), ImageLinks::Verdict::valid);
  clock.advance(10s);
  EXPECT_EQ(links.steady_path(kName), steady);
  clock.advance(1h);
  EXPECT_NE(links.steady_path(kName), steady);
  clock.advance(22h - 10s);
  EXPECT_EQ(check(take_apart(steady)), ImageLinks::Verdict::valid) << "at least 23 of 24 hours";
  clock.advance(1h);
  EXPECT_EQ(check(take_apart(steady)), ImageLinks::Verdict::expired);
}

TEST_F(ImageLinksTest, NonsenseIsForged) {
  EXPECT_EQ(links.check("", "", ""), forged);
  EXPECT_EQ(links.check(kName, "never", "nonsense"), forged);
  EXPECT_EQ(links.check(kName, "99999999999999999999999999", link.signature), forged);
  EXPECT_EQ(links.check(kName, "-1", std::string(10'000, 'A')), forged);
}

}  // namespace
}  // namespace gw
