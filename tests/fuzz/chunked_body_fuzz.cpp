// Any bytes are a chunked body: however they are split, the same body comes out or the same kind of
// refusal.
#include "http/chunked_body.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using gw::http::ChunkedBody;

constexpr std::size_t kLimit = 4096;
constexpr std::size_t kLine =
    8192;  // more than libFuzzer's default input: splits cannot differ by it

struct Outcome {
  enum class End { unfinished, finished, refused } end = End::unfinished;
  std::string body;
  std::size_t consumed = 0;
};

Outcome read(std::string_view bytes, std::size_t step) {
  ChunkedBody body(kLimit, kLine);
  Outcome outcome;
  std::string input;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    input += bytes.substr(at, step);
    const auto state = body.feed(input);
    if (!state) outcome.end = Outcome::End::refused;
    if (!state) return outcome;
    if (*state == ChunkedBody::State::unfinished) continue;
    outcome.end = Outcome::End::finished;
    outcome.body = body.take();
    outcome.consumed = std::min(at + step, bytes.size()) - input.size();
    return outcome;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.size() > kLine) return 0;
  const auto whole = read(bytes, bytes.size() + 1);
  if (whole.body.size() > kLimit) std::abort();
  for (const std::size_t step : {1u, 3u}) {
    const auto split = read(bytes, step);
    if (split.end != whole.end || split.body != whole.body) std::abort();
    if (split.consumed != whole.consumed) std::abort();
  }
  return 0;
}
