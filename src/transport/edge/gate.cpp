#include "transport/edge/gate.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

namespace gw::edge {
namespace {

constexpr std::size_t kLookedAt = 64u << 10;  // of a body, by the rules

// A stream of which the beginning has been read.
class Resumed final : public IncomingStream {
 public:
  explicit Resumed(std::unique_ptr<IncomingStream> rest) : rest_(std::move(rest)) {}

  const IncomingAnswer& head() const override { return rest_->head(); }
  Async<std::expected<std::string, TransferFault>> next() override {
    if (pieces_.empty()) co_return co_await rest_->next();
    auto piece = std::move(pieces_.front());
    pieces_.pop_front();
    co_return piece;
  }

  // As much as the rules look at, copied into `answer`; nothing: all went well.
  Async<std::optional<TransferFault>> read_ahead(IncomingAnswer& answer) {
    for (std::size_t size = 0; size < kLookedAt;) {
      auto piece = co_await rest_->next();
      if (!piece) co_return std::move(piece).error();
      if (piece->empty()) break;
      size += piece->size();
      answer.body.blocks.push_back(*piece);
      pieces_.push_back(*std::move(piece));
    }
    co_return std::nullopt;
  }

 private:
  std::unique_ptr<IncomingStream> rest_;
  std::deque<std::string> pieces_;
};

}  // namespace

// One pass; it goes back by itself when no answer came.
class Gate::Turn final {
 public:
  Turn(const std::shared_ptr<ZoneDesk>& desk, const Pass& pass) : desk_(desk), pass_(pass) {}
  ~Turn() {
    const auto desk = desk_.lock();
    if (desk && !over_) desk->unsaid(pass_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  const Pass& pass() const { return pass_; }
  void is_over() { over_ = true; }

 private:
  const std::weak_ptr<ZoneDesk> desk_;  // a frame may outlive it when the process ends
  const Pass pass_;
  bool over_ = false;
};

Async<Transfer> Gate::perform(OutgoingRequest request) {
  const auto pass = desk_->enter();
  if (!pass) co_return std::unexpected(pass.error());
  Turn turn(desk_, *pass);
  desk_->equip(request, *pass);
  const auto url = request.url;
  auto reply = co_await client_.perform(std::move(request));
  if (!reply) co_return reply;
  if (auto fault = co_await judge(turn, *reply, url)) co_return std::unexpected(*std::move(fault));
  co_return reply;
}

// The head of a good answer says enough.
Async<Opening> Gate::open(OutgoingRequest request) {
  const auto pass = desk_->enter();
  if (!pass) co_return std::unexpected(pass.error());
  Turn turn(desk_, *pass);
  desk_->equip(request, *pass);
  const auto url = request.url;
  auto stream = co_await client_.open(std::move(request));
  if (!stream) co_return stream;
  auto answer = (*stream)->head();
  if (answer.status >= 400) {
    auto resumed = std::make_unique<Resumed>(*std::move(stream));
    if (auto fault = co_await resumed->read_ahead(answer))
      co_return std::unexpected(*std::move(fault));
    stream = std::move(resumed);
  }
  if (auto fault = co_await judge(turn, answer, url)) co_return std::unexpected(*std::move(fault));
  co_return stream;
}

// The record is on disk before anybody acts on what it says.
Async<std::optional<TransferFault>> Gate::judge(Turn& turn, const IncomingAnswer& answer,
                                                const std::string& url) {
  const auto seen = desk_->saw(turn.pass(), answer, url);
  turn.is_over();
  if (desk_->has_news()) co_await desk_->keep();
  co_return desk_->fault_of(seen);
}

}  // namespace gw::edge
