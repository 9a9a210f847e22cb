#include "core/editor.hpp"

#include "base/event.hpp"
#include "tests/support/fake_codec.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/fake_provider.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace gw {
namespace {

using test::fake_png;

ModelInfo editor_model() {
  auto model = test::fake_model("editor");
  model.max_references = 2;
  model.max_area = 1'000'000;
  return model;
}

std::vector<ModelInfo> models() {
  auto drawer = test::fake_model("drawer");
  drawer.aliases = {"dall-e-2"};
  drawer.edits_by = "editor";
  auto masker = editor_model();
  masker.id = "masker";
  masker.mask = true;
  return {drawer, editor_model(), masker};
}

class EditorTest : public testing::Test {
 protected:
  Reference upload(ImageSize size) {
    return run(uploads_.accept(share(fake_png(size)), "image")).value();
  }
  GenerationRequest request(std::string model, std::vector<Reference> references) {
    GenerationRequest asked;
    asked.prompt = "a hat";
    asked.model = std::move(model);
    asked.references = std::move(references);
    return asked;
  }
  Result<GenerationRequest> prepare(GenerationRequest asked) {
    return run(editor_.prepare(std::move(asked), context_));
  }
  std::string bytes_of(const Reference& reference) {
    return *run(reference.upload->read()).value();
  }
  template <class T>
  T run(Async<T> work) {
    return test::run(io_, std::move(work));
  }

  asio::io_context io_{1};
  WorkerPool workers_{io_.get_executor(), 1};
  test::MemorySpool spool_;
  UploadDesk uploads_{spool_, {}};
  test::FakeCodec codec_;
  test::FakeProvider provider_{io_.get_executor(), {.models = models()}};
  ModelCatalog catalog_ = ModelCatalog::create({&provider_}, {}).value();
  RouteBook routes_{catalog_};
  Editor editor_{routes_, codec_, uploads_, workers_};
  RequestContext context_;
};

TEST_F(EditorTest, WhatFitsGoesAsItCame) {
  const auto original = upload({64, 48});
  const auto ready = prepare(request("editor", {original}));
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->references.at(0).upload, original.upload);
  EXPECT_FALSE(ready->output.retouch);
}

TEST_F(EditorTest, ALargeOneIsFittedAndKeepsTheDigestOfWhatWasSent) {
  const auto original = upload({2'000, 1'000});
  const auto ready = prepare(request("editor", {original}));
  ASSERT_TRUE(ready);
  const auto& reference = ready->references.at(0);
  EXPECT_EQ(reference.digest, original.digest);
  EXPECT_TRUE(bytes_of(reference).ends_with(" fitted"));
  ASSERT_EQ(context_.log_fields.size(), 1u) << "said in the log";
}

TEST_F(EditorTest, CountsAreCheckedBeforeAnythingIsDecoded) {
  const auto picture = upload({2'000, 1'000});
  const auto refused = prepare(request("editor", {picture, picture, picture}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "image");
  EXPECT_TRUE(context_.log_fields.empty());
  EXPECT_EQ(prepare(request("drawer", {picture})).error().param(), "model");
  EXPECT_TRUE(prepare(request("dall-e-2", {picture}))) << "an alias means whoever does this";
}

TEST_F(EditorTest, AMaskIsCutOutOfTheFirstPictureAndKeptForTheAnswer) {
  auto asked = request("editor", {upload({64, 48}), upload({32, 32})});
  const auto original = asked.references.at(0);
  asked.mask = upload({64, 48});
  const auto mask = asked.mask->upload;
  const auto ready = prepare(std::move(asked));
  ASSERT_TRUE(ready);
  EXPECT_FALSE(ready->mask) << "the model would not know what to do with it";
  EXPECT_TRUE(bytes_of(ready->references.at(0)).contains(" without "));
  EXPECT_EQ(ready->references.at(0).digest, original.digest);
  ASSERT_TRUE(ready->output.retouch);
  EXPECT_EQ(ready->output.retouch->original.upload, original.upload);
  EXPECT_EQ(ready->output.retouch->mask.upload, mask);
}

TEST_F(EditorTest, AModelThatTakesMasksGetsItUntouched) {
  auto asked = request("masker", {upload({2'000, 1'000})});
  asked.mask = upload({2'000, 1'000});
  const auto ready = prepare(asked);
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->mask->upload, asked.mask->upload);
  EXPECT_EQ(ready->references.at(0).upload, asked.references.at(0).upload);
  EXPECT_FALSE(ready->output.retouch);
}

TEST_F(EditorTest, WithAMaskTheSizeMustHaveTheOriginalsShape) {
  auto asked = request("editor", {upload({1'500, 1'000})});
  asked.mask = upload({1'500, 1'000});
  asked.size = ImageSize{1'536, 1'024};
  EXPECT_TRUE(prepare(asked));
  asked.size = ImageSize{1'024, 1'024};
  const auto refused = prepare(asked);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "size");
}

TEST_F(EditorTest, AMaskNeedsAPicture) {
  auto asked = request("editor", {});
  asked.mask = upload({64, 48});
  EXPECT_EQ(prepare(std::move(asked)).error().param(), "mask");
}

// Counts who holds its bytes, and gives none before the test lets it.
class HeldUpload final : public Upload {
 public:
  explicit HeldUpload(Executor io) : let_go(io) {}
  std::uint64_t size() const override { return 1; }
  Task<SharedBytes> read() const override {
    ++reading;
    co_await let_go.wait();
    co_return share(fake_png({64, 48}));
  }

  mutable Event let_go;
  mutable int reading = 0;
};

TEST_F(EditorTest, AFewAtATimeHoldTheirPicturesInMemory) {
  const auto upload = std::make_shared<HeldUpload>(io_.get_executor());
  const Reference held{upload, ImageFormat::png, {64, 48}};
  int ready = 0;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(io_, editor_.prepare(request("editor", {held}), context_),
                   [&](std::exception_ptr, const auto& made) { ready += made ? 1 : 0; });
  }
  io_.poll();
  EXPECT_EQ(upload->reading, 2);
  upload->let_go.set();
  io_.restart();
  io_.run();
  EXPECT_EQ(ready, 5);
}

// --- several routes

class RoutedEditorTest : public EditorTest {
 protected:
  Result<GenerationRequest> prepare_for(std::vector<RouteSetting> routes, GenerationRequest asked) {
    const RouteTable table{{"any", {RouteStrategy::priority, std::move(routes)}}};
    const auto catalog = ModelCatalog::create({&provider_}, {.aliases = routed_aliases(table),
                                                             .names = ModelCatalog::Names::open})
                             .value();
    const RouteBook book(catalog, table);
    Editor editor(book, codec_, uploads_, workers_);
    asked.model = "any";
    return run(editor.prepare(std::move(asked), context_));
  }
  // Larger than "editor" takes, and not than "wide" does.
  RoutedEditorTest() {
    auto wide = editor_model();
    wide.id = "wide";
    wide.max_area = 8'000'000;
    wide.max_references = 4;
    found_ = wide;
    provider_.discover(found_);
  }
  ModelInfo found_;
};

TEST_F(RoutedEditorTest, PicturesAreMadeReadyForAllThatTakeThem) {
  const auto original = upload({2'000, 1'000});
  const auto both = prepare_for({{"wide"}, {"editor"}}, request("", {original}));
  ASSERT_TRUE(both);
  EXPECT_TRUE(bytes_of(both->references.at(0)).ends_with(" fitted"));
  const auto large = prepare_for({{"wide"}, {"drawer"}}, request("", {original}));
  ASSERT_TRUE(large);
}

TEST_F(RoutedEditorTest, OneThatTakesTooFewDoesNotCount) {
  const auto picture = upload({2'000, 1'000});
  const auto three = prepare_for({{"editor"}, {"wide"}}, request("", {picture, picture, picture}));
  ASSERT_TRUE(three);
  EXPECT_EQ(three->references.at(0).upload, picture.upload) << "as large as the other takes it";
  const auto five = std::vector<Reference>(5, picture);
  EXPECT_EQ(prepare_for({{"editor"}, {"wide"}}, request("", five)).error().param(), "image");
}

TEST_F(RoutedEditorTest, AMaskStaysForThoseThatTakeOne) {
  auto asked = request("", {upload({64, 48})});
  asked.mask = upload({64, 48});
  const auto native = prepare_for({{"editor"}, {"masker"}}, asked);
  ASSERT_TRUE(native);
  EXPECT_TRUE(native->mask);
  const auto cut = prepare_for({{"editor"}, {"wide"}}, asked);
  ASSERT_TRUE(cut);
  EXPECT_FALSE(cut->mask);
  EXPECT_TRUE(cut->output.retouch);
}

TEST_F(RoutedEditorTest, NoneOfThemOfferedIsSaidBeforeAnythingIsDecoded) {
  const auto refused = prepare_for({{"masker"}}, request("", {upload({64, 48})}));
  ASSERT_TRUE(refused);
  for (std::size_t i = 0; i < 3; ++i) provider_.offer(i, false);
  EXPECT_EQ(prepare_for({{"masker"}, {"editor"}}, request("", {upload({64, 48})})).error().code(),
            "model_not_found");
}

}  // namespace
}  // namespace gw
