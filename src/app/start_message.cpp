#include "app/start_message.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace gw::app {
namespace {

class Lines final {
 public:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_upstream(Lines& lines, const StartFacts& facts) {
  for (const auto& upstream : facts.upstreams)
    lines.add("Pictures are drawn by {}, {} at a time.", upstream.base_url, upstream.parallel);
  if (!facts.upstreams.empty()) return;
  lines.add(
      "DEMO: nothing is configured, so the built-in demo provider draws (it needs no network).");
  lines.add(
      "For real pictures set DREAMIFLY_BASE_URL and DREAMIFLY_SITE_KEY in .env; see README.md.");
}

void add_key(Lines& lines, const OwnKey& key, std::string_view name, std::string_view opens,
             const std::filesystem::path& file) {
  if (key.origin != KeyOrigin::made) return;
  lines.add("");
  lines.add("New {} (opens {}), shown this once and kept in {}:", name, opens, file.string());
  lines.add("  {}", key.value.reveal());
}

// So that the line works as it stands, and yet holds no key.
std::string key_in_shell(const StartFacts& facts) {
  if (facts.keys.api_master.origin == KeyOrigin::setting) return "$API_MASTER_KEY";
  return fmt::format("$(cat {})", api_master_key_file(facts.data_dir).string());
}

void add_example(Lines& lines, const StartFacts& facts) {
  lines.add("");
  lines.add("Try it:");
  lines.add("  curl {}/v1/images/generations \\", facts.url);
  lines.add("    -H \"Authorization: Bearer {}\" \\", key_in_shell(facts));
  lines.add("    -H 'Content-Type: application/json' \\");
  lines.add("    -d '{}'", R"({"prompt": "a lighthouse at dawn", "response_format": "url"})");
}

}  // namespace

std::string start_message(const StartFacts& facts) {
  Lines lines;
  lines.add("dreamifly-2api {} listens on {}", facts.version, facts.url);
  add_upstream(lines, facts);
  for (const auto& warning : facts.warnings) lines.add("WARNING: {}", warning);
  add_key(lines, facts.keys.api_master, "API_MASTER_KEY", "/v1",
          api_master_key_file(facts.data_dir));
  add_key(lines, facts.keys.admin, "ADMIN_KEY", "/admin and /metrics",
          admin_key_file(facts.data_dir));
  add_example(lines, facts);
  if (facts.audience == Audience::terminal) {
    lines.add("");
    lines.add("Or open the page, signed in:");
    lines.add("  {}/#key={}", facts.url, percent_encode(facts.keys.api_master.value.reveal()));
  }
  return lines.take();
}

std::string local_url(std::string_view host, std::uint16_t port) {
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  const bool v6 = host.find(':') != std::string_view::npos;
  return fmt::format("http://{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

}  // namespace gw::app
