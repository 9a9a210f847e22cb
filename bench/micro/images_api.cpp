// The Images API's wire: a request read, an answer with a picture of 1.08 MB made.
#include "api/v1/images_wire.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace gw::bench {
namespace {

constexpr std::size_t kPictureBytes = 1'080'000;

constexpr std::string_view kBody =
    R"({"model":"dreamifly-qwen-image","prompt":"a lighthouse at dawn, the sea calm and grey, )"
    R"(two gulls above the lantern room, oil on canvas","n":1,"size":"1024x1024",)"
    R"("quality":"high","response_format":"b64_json","user":"user-1234"})";

void read_request(benchmark::State& state, std::string_view body) {
  for (auto _ : state) {
    auto request = api::parse_generation_request(body);
    if (!request) state.SkipWithError("the body was refused");
    benchmark::DoNotOptimize(request);
  }
  state.SetItemsProcessed(state.iterations());
}

void read_long_request(benchmark::State& state) {
  const std::string body = R"({"prompt":")" + std::string(30'000, 'x') + R"("})";
  read_request(state, body);
}

Generation one_picture() {
  GeneratedPicture made;
  made.picture = {share(std::string(kPictureBytes, 'p')), ImageFormat::png, {1024, 1024}};
  made.seed = 1234;
  Generation generation;
  generation.model = "dreamifly-qwen-image";
  generation.provider = "demo";
  generation.items.emplace_back(std::move(made));
  return generation;
}

void make_answer(benchmark::State& state) {
  const auto generation = one_picture();
  api::AnswerTerms terms;
  terms.created = 1'700'000'000;
  terms.request_id = "req_0123456789";
  for (auto _ : state) {
    auto response = api::render_generation(generation, terms);
    benchmark::DoNotOptimize(response);
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(read_request, usual, kBody)->Name("images/read request of 250 B");
BENCHMARK(read_long_request)->Name("images/read request of 30 kB");
BENCHMARK(make_answer)->Name("images/make answer of 1.44 MB");

}  // namespace
}  // namespace gw::bench
