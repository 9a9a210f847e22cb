#include "providers/openai/safe_words.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace gw::openai {
namespace {

bool safe(std::string_view text) {
  static constexpr std::array<std::string_view, 3> kSecrets{"hush-hush", "", "inner:8080"};
  return is_safe_for_clients(text, kSecrets);
}

TEST(SafeWords, AreAboutTheRequest) {
  for (const auto* text :
       {"Invalid size '100x100'. Supported sizes are 1024x1024, 1024x1536, and auto.",
        "Invalid value: 'ultra'. Supported values are: 'low', 'medium', and 'high'.",
        "`size` 100x100 is not possible with model sd-3.5: both sides must be multiples of 8",
        "Invalid mask: it must contain an alpha channel.",
        "This model's maximum context length is 8192 tokens.", "提示词太长"}) {
    EXPECT_TRUE(safe(text)) << text;
  }
}

TEST(SafeWords, TellNothingOfTheUpstream) {
  for (const auto* text :
       {"", "see https://example.com/docs", "Incorrect key sk-abc***", "channel #3 failed",
        "dial tcp 10.0.0.7: refused", "lookup db.internal failed", "HUSH-HUSH is no key",
        "connect to inner:8080 failed", "contact admin@example.com", "open /var/lib/x",
        "organization org-abc", "Traceback (most recent call last)", "C:\\models\\x",
        "hash 0123456789abcdef0123456789abcdef", "a\nb", "bad \xff byte"}) {
    EXPECT_FALSE(safe(text)) << text;
  }
  EXPECT_FALSE(safe(std::string(500, 'a')));
}

}  // namespace
}  // namespace gw::openai
