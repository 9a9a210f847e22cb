// A provider that does what a test tells it to, one draw after the other.
#pragma once

#include "base/event.hpp"
#include "core/ports/provider.hpp"
#include "tests/support/fake_png.hpp"

#include <deque>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gw::test {

inline ModelInfo fake_model(std::string id = "fake-model") {
  ModelInfo model;
  model.id = std::move(id);
  model.upstream_id = "Fake";
  model.steps = StepsRule{10, 20};
  return model;
}

class FakeProvider final : public Provider {
 public:
  struct Options {
    std::string name = "fake";
    HostId host{"upstream.example.com"};
    std::size_t limit = 2;
    std::vector<ModelInfo> models{fake_model()};
  };

  enum class Sends : std::uint8_t { never, once, twice };
  struct Draws {};
  struct Throws {
    std::string what = "a bug in the provider";
  };
  struct Course {
    std::variant<Draws, UpstreamFailure, Throws> ending{};
    Sends sends = Sends::once;
  };

  explicit FakeProvider(Executor io) : FakeProvider(io, Options()) {}
  FakeProvider(Executor io, Options options)
      : io_(io), options_(std::move(options)), gate_(std::make_shared<Event>(io)) {
    gate_->set();
  }

  // What becomes of the next draw that nothing was said about yet; the others draw.
  void next(Course course) { courses_.push_back(std::move(course)); }
  void fail_next(UpstreamFailure failure) { next({.ending = std::move(failure)}); }

  // Draws that start from now on do not end before release().
  void hold() { gate_ = std::make_shared<Event>(io_); }
  void release() { gate_->set(); }

  // Of the draw that started last and is held.
  void show(std::string_view preview) {
    last_->preview(
        {share(fake_png({64, 64}, std::string(preview))), ImageFormat::png, ImageSize{64, 64}});
  }
  bool is_watched() const { return last_->wants_previews(); }

  // Every draw that was asked for, in order.
  const std::vector<ImageOrder>& orders() const { return orders_; }

  std::string_view name() const override { return options_.name; }
  const HostId& host() const override { return options_.host; }
  std::size_t host_limit() const override { return options_.limit; }
  const std::vector<ModelInfo>& models() const override { return options_.models; }
  std::span<const ModelInfo* const> discovered() const override { return discovered_; }

  // As if refresh() had found out.
  void offer(std::size_t model, bool offered) { options_.models.at(model).offered = offered; }
  void discover(const ModelInfo& model) { discovered_.push_back(&model); }
  void forget_discovered() { discovered_.clear(); }

  Async<Answer> draw(const ImageOrder& order, Attempt& attempt) override {
    orders_.push_back(order);
    last_ = &attempt;
    const auto picture = picture_of(order);
    const auto course = take_course();
    for (int i = 0; i < static_cast<int>(course.sends); ++i) {
      if (auto recorded = co_await attempt.sending(); !recorded)
        co_return std::unexpected(not_recorded(std::move(recorded).error()));
    }
    const auto gate = gate_;
    co_await gate->wait();
    if (const auto* bug = std::get_if<Throws>(&course.ending)) throw std::runtime_error(bug->what);
    if (const auto* failure = std::get_if<UpstreamFailure>(&course.ending))
      co_return std::unexpected(*failure);
    co_return picture;
  }

  static Picture picture_of(const ImageOrder& order) {
    return {share(fake_png(order.size, "seed " + std::to_string(order.seed))), ImageFormat::png,
            order.size};
  }

 private:
  Course take_course() {
    if (courses_.empty()) return {};
    auto course = std::move(courses_.front());
    courses_.pop_front();
    return course;
  }

  Executor io_;
  Options options_;
  std::shared_ptr<Event> gate_;
  std::deque<Course> courses_;
  std::vector<ImageOrder> orders_;
  Attempt* last_ = nullptr;
  std::vector<const ModelInfo*> discovered_;
};

}  // namespace gw::test
