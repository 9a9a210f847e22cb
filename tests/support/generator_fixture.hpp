// The Generator over the whole core, on a real loop, with a provider that does as it is told.
#pragma once

#include "base/worker_pool.hpp"
#include "core/finishing.hpp"
#include "core/generate.hpp"
#include "tests/support/engine_loop.hpp"
#include "tests/support/fake_codec.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
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

  // Admission needs no database here, so it is through at once.
  Result<Watched> watch(const GenerationRequest& request, const RepeatMarks& marks,
                        Previews previews = Previews::unwanted) {
    GW_TRY(auto watched,
           run_until_done(loop.io, held(generator.watch(request, marks, context, previews))));
    return std::move(*watched);
  }
  // co_spawn wants results that can be default-constructed.
  static Task<std::unique_ptr<Watched>> held(Task<Watched> watch) {
    GW_CO_TRY(auto watched, co_await std::move(watch));
    co_return std::make_unique<Watched>(std::move(watched));
  }

  static RepeatMarks retry() {
    RepeatMarks marks;
    marks.retry_count = 1;
    return marks;
  }

  ManualClock clock{WallTime(std::chrono::seconds(1'700'000'000))};
  EngineLoop loop;
  WorkerPool& workers = loop.workers;
  FakeProvider provider;
  ModelCatalog models = ModelCatalog::create({&provider}, {}).value();
  RouteBook book{models};
  RouteDesk routes{book, loop.engine, loop.engine.durations(), clock, loop.random};
  StyleBook styles;
  FakeCodec& codec = loop.codec;
  Finisher& finisher = loop.finisher;
  Generator generator{
      routes, styles, loop.engine, loop.results, finisher, loop.io.get_executor(), loop.random};
  RequestContext context;
};

}  // namespace gw::test
