#include "core/watch.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace gw {
namespace {

using std::chrono::milliseconds;

int telling(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::content_rejected:
      return 6;
    case ErrorKind::invalid_request:
      return 5;
    case ErrorKind::quota_exhausted:
      return 4;
    case ErrorKind::storage_unavailable:
    case ErrorKind::upstream_blocked:
    case ErrorKind::upstream_challenged:
    case ErrorKind::no_account_available:
      return 3;
    case ErrorKind::upstream_error:
    case ErrorKind::upstream_unavailable:
      return 2;
    case ErrorKind::internal:
      return 0;
    default:
      return 1;
  }
}

void add(std::optional<PointsSpent>& sum, const std::optional<PointsSpent>& more) {
  if (!more) return;
  if (!sum) sum.emplace();
  sum->points += more->points;
  sum->doubled_by_size |= more->doubled_by_size;
}

void keep_more_telling(std::unique_ptr<Error>& kept, const Error& error) {
  if (!kept || is_more_telling(error, *kept)) kept = std::make_unique<Error>(error);
}

// How near its picture a task is: what is drawn, then what is drawn longest, then the first in
// line.
auto nearness(const Progress& progress) {
  return std::tuple(progress.stage, progress.drawing_time,
                    -static_cast<std::ptrdiff_t>(progress.place));
}

// Rings the watcher when its patience is over.
class Alarm final {
 public:
  Alarm(Executor io, milliseconds after, std::shared_ptr<Event> bell)
      : timer_(io, std::chrono::steady_clock::now() + after) {
    timer_.async_wait([bell = std::move(bell)](boost::system::error_code error) {
      if (!error) bell->set();
    });
  }
  bool rung() const { return timer_.expiry() <= std::chrono::steady_clock::now(); }

 private:
  Event::Timer timer_;
};

}  // namespace

bool is_more_telling(const Error& error, const Error& than) {
  return telling(error) > telling(than);
}

std::string_view to_string(CacheUse use) {
  switch (use) {
    case CacheUse::hit:
      return "hit";
    case CacheUse::joined:
      return "joined";
    case CacheUse::miss:
      return "miss";
    case CacheUse::bypass:
      return "bypass";
  }
  return "bypass";
}

std::string to_text(const StillWaiting& news) {
  const auto& progress = news.progress;
  std::string text;
  switch (progress.stage) {
    case Progress::Stage::queued:
      text = fmt::format("queued {}/{}", progress.place, progress.queued);
      break;
    case Progress::Stage::drawing:
      text = fmt::format("drawing {:.1f}s",
                         std::chrono::duration<double>(progress.drawing_time).count());
      break;
    case Progress::Stage::drawn:
      text = "drawn";
      break;
  }
  if (news.pictures > 1) text += fmt::format(", {}/{} done", news.settled, news.pictures);
  return text;
}

Watched::Watched(std::shared_ptr<const RequestInfo> request, Admission admission,
                 std::vector<Ticket> tickets, std::shared_ptr<Event> news, Finisher& finisher,
                 Previews previews)
    : request_(std::move(request)),
      admission_(std::move(admission)),
      news_(std::move(news)),
      finisher_(&finisher),
      previews_(previews) {
  pending_.reserve(tickets.size());
  for (auto& ticket : tickets) pending_.emplace_back(std::move(ticket));
}

// Asked for again and again: the task may have gone another way meanwhile.
const TaskSpec* Watched::first_task() const {
  if (!made_.empty()) return &made_.front().spec();
  const auto found =
      std::ranges::find_if(pending_, [](const auto& ticket) { return ticket.has_value(); });
  return found == pending_.end() ? nullptr : &(*found)->spec();
}

GenerationFacts Watched::facts() const {
  const auto* task = first_task();
  const auto& routed = task && task->request ? *task->request : *request_;
  return {.model = request_->model,
          .provider = routed.provider,
          .upstream_model = task ? task->order.upstream_model : std::string(),
          .route = routed.route,
          .revised_prompt = request_->revised_prompt,
          .quality = routed.quality,
          .ignored = admission_.ignored,
          .adopted = admission_.adopted,
          .cache = admission_.cache,
          .queued = queued_,
          .upstream = upstream_,
          .points = points_};
}

std::uint64_t Watched::seed(std::size_t item) const {
  return pending_.at(item).value().seed();
}

StillWaiting Watched::news() const {
  StillWaiting news{{}, settled_, pending_.size()};
  std::optional<Progress> nearest;
  for (const auto& ticket : pending_) {
    if (!ticket) continue;
    const auto progress = ticket->progress();
    if (!nearest || nearness(progress) > nearness(*nearest)) nearest = progress;
  }
  news.progress = nearest.value_or(Progress{Progress::Stage::drawn});
  return news;
}

Task<WatchEvent> Watched::next(milliseconds at_most) {
  const Alarm alarm(co_await asio::this_coro::executor, at_most, news_);
  for (;;) {
    news_->reset();
    if (const auto item = next_ready()) co_return co_await tell(*item);
    if (auto preview = unseen_preview()) {
      auto picture = co_await presentable(*std::move(preview));
      if (picture) co_return WatchEvent(PictureGrew{*std::move(picture)});
      continue;
    }
    if (over()) co_return end();
    if (alarm.rung()) co_return WatchEvent(news());
    co_await news_->wait();
  }
}

bool Watched::all_ready() {
  news_->reset();
  const auto waited_for = [](const auto& ticket) { return ticket && !ticket->ready(); };
  return std::ranges::none_of(pending_, waited_for);
}

Async<bool> Watched::all_ready_within(milliseconds at_most) {
  const Alarm alarm(co_await asio::this_coro::executor, at_most, news_);
  for (;;) {
    if (all_ready()) co_return true;
    if (alarm.rung()) co_return false;
    co_await news_->wait();
  }
}

Task<Generation> Watched::gather() {
  Generation generation;
  for (std::size_t item = 0; item < pending_.size(); ++item) {
    generation.items.push_back(co_await settle(item));
  }
  if (made_.empty()) co_return fail(*failure_);
  static_cast<GenerationFacts&>(generation) = facts();
  generation.tickets = std::move(made_);
  co_return generation;
}

void Watched::delivered() {
  for (auto& ticket : made_) ticket.delivered();
}

std::optional<std::size_t> Watched::next_ready() const {
  const auto is_ready = [](const auto& ticket) { return ticket && ticket->ready(); };
  const auto found = std::ranges::find_if(pending_, is_ready);
  if (found == pending_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - pending_.begin());
}

Result<WatchEvent> Watched::end() const {
  if (made_.empty()) return fail(*failure_);
  return WatchEvent(WatchEnded{});
}

Task<WatchEvent> Watched::tell(std::size_t item) {
  auto settled = co_await settle(item);
  if (!settled) co_return WatchEvent(PictureFailed{item, std::move(settled).error()});
  co_return WatchEvent(PictureMade{item, *std::move(settled)});
}

// Whoever was told of a failure has not got that picture: a task that still runs becomes an orphan.
Task<GeneratedPicture> Watched::settle(std::size_t item) {
  auto& ticket = pending_.at(item).value();
  auto finished = co_await finish(ticket);
  ticket.taken();
  queued_ = std::max(queued_, ticket.queued_for());
  upstream_ = std::max(upstream_, ticket.upstream_for());
  add(points_, ticket.points());
  if (finished) {
    made_.push_back(std::move(ticket));
  } else {
    keep_more_telling(failure_, finished.error());
  }
  pending_.at(item).reset();
  ++settled_;
  co_return finished;
}

Task<GeneratedPicture> Watched::finish(const Ticket& ticket) {
  GW_CO_TRY(const auto* outcome, ticket.outcome());
  Outcome copy = *outcome;
  auto finished = co_await finisher_->finish(std::move(copy), request_->output, request_->form);
  if (finished) finished->seed = ticket.seed();
  co_return finished;
}

std::optional<Picture> Watched::unseen_preview() {
  if (previews_ == Previews::unwanted || !pending_.front()) return std::nullopt;
  const auto* preview = pending_.front()->preview();
  if (!preview || preview->number <= seen_) return std::nullopt;
  seen_ = preview->number;
  return preview->picture;
}

// One that cannot be converted is left out; the picture itself will say why.
Async<std::optional<Picture>> Watched::presentable(Picture preview) {
  Outcome outcome;
  outcome.picture = std::move(preview);
  auto finished =
      co_await finisher_->finish(std::move(outcome), request_->output, ResponseForm::b64_json);
  if (!finished) co_return std::nullopt;
  co_return std::move(finished->picture);
}

}  // namespace gw
