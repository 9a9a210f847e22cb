#include "providers/demo/provider.hpp"

#include "base/digest.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

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

// What the pool works on; a copy, because whoever ordered may be gone before it is done.
struct Canvas {
  const Painter& painter;
  ImageOrder order;

  Result<SharedBytes> operator()() const {
    std::uint64_t seed = order.seed;
    for (const auto& reference : order.references) seed ^= first_bytes(sha256(*reference));
    return painter.paint(order.prompt, seed, order.size);
  }
};

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
    attempt.sending();
    if (options_.delay.count() > 0) {
      Timer timer(pool_.io(), options_.delay);
      co_await timer.async_wait(use_awaitable);
    }
    if (chance(order) < options_.failure_rate) {
      co_return std::unexpected(
          failure(Error(ErrorKind::upstream_error,
                        "The demo provider fails this one, as DEMO_FAILURE_RATE says.")));
    }
    Canvas canvas{painter_, order};
    auto bytes = co_await pool_.run(std::move(canvas));
    if (!bytes) co_return std::unexpected(failure(std::move(bytes).error()));
    Picture picture;
    picture.bytes = std::move(*bytes);
    picture.format = ImageFormat::png;
    picture.size = order.size;
    co_return picture;
  }

 private:
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
