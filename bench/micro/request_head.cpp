// What a request costs before its route is known: the strict check alone, and both readers
// together.
#include "http/head_check.hpp"
#include "http/request_reader.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace gw::bench {
namespace {

// What the official clients send.
constexpr std::string_view kHead =
    "POST /v1/images/generations HTTP/1.1\r\n"
    "Host: pictures.example.com\r\n"
    "Accept: application/json\r\n"
    "Content-Type: application/json\r\n"
    "User-Agent: OpenAI/JS 6.1.0\r\n"
    "X-Stainless-Retry-Count: 0\r\n"
    "X-Stainless-Timeout: 600\r\n"
    "X-Stainless-Lang: js\r\n"
    "X-Stainless-Package-Version: 6.1.0\r\n"
    "X-Stainless-OS: Linux\r\n"
    "X-Stainless-Arch: x64\r\n"
    "X-Stainless-Runtime: node\r\n"
    "X-Stainless-Runtime-Version: v22.12.0\r\n"
    "Authorization: Bearer sk-test-0123456789abcdef\r\n"
    "Accept-Language: *\r\n"
    "Sec-Fetch-Mode: cors\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
    "Content-Length: 214\r\n"
    "Connection: keep-alive\r\n"
    "\r\n";

void check(benchmark::State& state) {
  for (auto _ : state) {
    std::size_t scanned = 0;
    const auto length = http::head_length(kHead, scanned);
    const auto good = http::check_head(kHead.substr(0, length.value_or(0)));
    if (!good) state.SkipWithError("the head was refused");
    benchmark::DoNotOptimize(good);
  }
  state.SetItemsProcessed(state.iterations());
}

void parse(benchmark::State& state) {
  for (auto _ : state) {
    auto parsed = http::parse_head(kHead);
    if (!parsed) state.SkipWithError("the head was refused");
    benchmark::DoNotOptimize(parsed);
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(check)->Name("head/strict check");
BENCHMARK(parse)->Name("head/check+Beast+copy");

}  // namespace
}  // namespace gw::bench
