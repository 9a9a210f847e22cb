// Whatever stands in front of an upstream answers: what we make of it is in bounds, and a cookie
// that is kept can stand in a header. Input: a status in two bytes, lines of headers, an empty
// line, the body.
#include "transport/edge/classify.hpp"
#include "transport/edge/cookies.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace gw::edge;

const gw::WallTime kNow{std::chrono::seconds(1'795'389'420)};
const gw::Address kHost{.scheme = "https", .host = "draw.example.com"};

void require(bool condition) {
  if (!condition) std::abort();
}

gw::IncomingAnswer answer_of(std::string_view text) {
  gw::IncomingAnswer answer;
  if (text.size() < 2) return answer;
  answer.status =
      (static_cast<unsigned char>(text[0]) * 256 + static_cast<unsigned char>(text[1])) % 1000;
  text.remove_prefix(2);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    answer.headers.emplace_back(line.substr(0, colon),
                                line.substr(std::min(colon + 1, line.size())));
  }
  for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(100, text.size())))
    answer.body.blocks.emplace_back(text.substr(0, 100));
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto answer = answer_of({reinterpret_cast<const char*>(data), size});

  const auto finding = classify(answer, kNow);
  require(finding.code >= 0 && finding.code < 2'000);
  require(finding.ray.empty() || finding.ray.id.size() == 16);
  require(!finding.retry_after ||
          (finding.retry_after->count() >= 0 && finding.retry_after->count() <= 900));
  require(finding.kind == Kind::none || !finding.reason.empty());

  EdgeCookies cookies;
  merge_set_cookies(cookies, answer, kHost, kNow);
  require(cookies.size() <= 16);
  const auto line = cookie_line(cookies, kHost, kHost, kNow);
  require(std::ranges::all_of(line, [](char c) { return c >= ' ' && c < 0x7f; }));
  return 0;
}
