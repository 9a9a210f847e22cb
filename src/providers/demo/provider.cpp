#include "providers/demo/provider.hpp"

#include "base/digest.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace gw::demo {
namespace {

using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

std::uint64_t first_bytes(const Sha256& digest) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8 | digest[i];
  return out;
}

// 0 up to 1, evenly spread over prompts and seeds.
double chance(const ImageOrder& order) {
  const std::uint64_t drawn = first_bytes(sha256(order.prompt + '#' + std::to_string(order.seed)));
  return static_cast<double>(drawn >> 11) * 0x1p-53;
}

UpstreamFailure failure(Error error) {
  UpstreamFailure out;
  out.error = std::move(error);
  return out;
}

// Squares along the shorter side, from the first look to the last one before the picture.
constexpr std::array kSketches{8u, 24u, 72u};

// What the pool works on; a copy, because whoever ordered may be gone before it is done.
struct Canvas {
  const Painter& painter;
  ImageOrder order;
  unsigned squares = 0;  // 0: the finished picture

  Result<SharedBytes> operator()() const {
    std::uint64_t seed = order.seed;
    for (const auto& reference : order.references) seed ^= first_bytes(sha256(*reference));
    if (squares == 0) return painter.paint(order.prompt, seed, order.size);
    const auto side = std::min(order.size.width, order.size.height);
    return painter.sketch(order.prompt, seed, order.size, std::max(side / squares, 1u));
  }
};

Picture png(SharedBytes bytes, ImageSize size) {
  Picture picture;
  picture.bytes = std::move(bytes);
  picture.format = ImageFormat::png;
  picture.size = size;
  return picture;
}

class DemoProvider final : public Provider {
 public:
  DemoProvider(Options options, const Painter& painter, WorkerPool& pool,
               std::vector<ModelInfo> models)
      : options_(options), painter_(painter), pool_(pool), models_(std::move(models)) {}

  std::string_view name() const override { return "demo"; }
  const HostId& host() const override { return host_; }
  std::size_t host_limit() const override { return options_.parallel; }
  const std::vector<ModelInfo>& models() const override { return models_; }

  Async<Answer> draw(const ImageOrder& order, Attempt& attempt) override {
    if (auto recorded = co_await attempt.sending(); !recorded)
      co_return std::unexpected(not_recorded(std::move(recorded).error()));
    co_await draw_sketches(order, attempt);
    if (chance(order) < options_.failure_rate) {
      co_return std::unexpected(
          failure(Error(ErrorKind::upstream_error,
                        "The demo provider fails this one, as DEMO_FAILURE_RATE says.")));
    }
    Canvas canvas{painter_, order};
    auto bytes = co_await pool_.run(std::move(canvas));
    if (!bytes) co_return std::unexpected(failure(std::move(bytes).error()));
    co_return png(std::move(*bytes), order.size);
  }

 private:
  // The delay, a sketch after each part of it but the last.
  Async<void> draw_sketches(const ImageOrder& order, Attempt& attempt) {
    const auto part = std::chrono::nanoseconds(options_.delay) / (kSketches.size() + 1);
    for (const auto squares : kSketches) {
      co_await wait(part);
      if (!attempt.wants_previews()) continue;
      Canvas canvas{painter_, order, squares};
      auto bytes = co_await pool_.run(std::move(canvas));
      // What keeps it from being sketched keeps it from being painted, and is told then.
      if (bytes) attempt.preview(png(std::move(*bytes), order.size));
    }
    co_await wait(part);
  }

  Async<void> wait(std::chrono::nanoseconds time) {
    if (time.count() == 0) co_return;
    Timer timer(pool_.io(), std::chrono::duration_cast<Timer::duration>(time));
    co_await timer.async_wait(use_awaitable);
  }

  Options options_;
  const Painter& painter_;
  WorkerPool& pool_;
  std::vector<ModelInfo> models_;
  HostId host_{"demo"};
};

}  // namespace

std::unique_ptr<Provider> make_provider(Options options, const Painter& painter, WorkerPool& pool,
                                        std::vector<ModelInfo> models) {
  return std::make_unique<DemoProvider>(options, painter, pool, std::move(models));
}

}  // namespace gw::demo
