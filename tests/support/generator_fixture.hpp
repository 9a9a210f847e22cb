// The Generator over the whole core, on a real loop, with a provider that does as it is told.
#pragma once

#include "base/worker_pool.hpp"
#include "core/finishing.hpp"
#include "core/generate.hpp"
#include "tests/support/engine_loop.hpp"
#include "tests/support/fake_codec.hpp"
#include "tests/support/manual_clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

namespace gw::test {

inline GenerationRequest a_cat(int n = 1, ResponseForm form = ResponseForm::b64_json) {
  GenerationRequest request;
  request.prompt = "a cat";
  request.n = n;
  request.form = form;
  return request;
}

class GeneratorFixture : public testing::Test {
 protected:
  explicit GeneratorFixture(EngineOptions options = {}, FakeProvider::Options upstream = {})
      : loop(clock, options), provider(loop.io.get_executor(), std::move(upstream)) {
    loop.add(provider);
    context.caller = CallerId{"key 1"};
  }
  void TearDown() override { loop.close(); }

  static RepeatMarks retry() {
    RepeatMarks marks;
    marks.retry_count = 1;
    return marks;
  }

  ManualClock clock{WallTime(std::chrono::seconds(1'700'000'000))};
  EngineLoop loop;
  WorkerPool workers{loop.io.get_executor(), 1};
  FakeProvider provider;
  ModelCatalog models = ModelCatalog::create({&provider}, {}).value();
  StyleBook styles;
  FakeCodec codec;
  Finisher finisher{loop.results, codec, workers};
  Generator generator{
      models, styles, loop.engine, loop.results, finisher, loop.io.get_executor(), loop.random};
  RequestContext context;
};

}  // namespace gw::test
