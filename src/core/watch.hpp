// A request while it is drawn, for those who want to hear of it before its last picture is there.
#pragma once

#include "base/event.hpp"
#include "base/task.hpp"
#include "core/engine/engine.hpp"
#include "core/finishing.hpp"
#include "core/generation.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gw {

// What the library had to do with it; the first that holds.
enum class CacheUse : std::uint8_t {
  hit,     // some picture was there
  joined,  // some was on its way for another request
  miss,    // looked for in vain
  bypass,  // not looked for
};

std::string_view to_string(CacheUse use);

// What is known of a request once it is admitted.
struct GenerationFacts {
  std::string model;                            // the public name that was used
  std::string provider;                         // that draws; of several pictures the first one's
  std::string upstream_model = {};              // what that provider calls the model
  std::shared_ptr<const RouteNote> route = {};  // why there; null: the model has but one route
  std::string revised_prompt;                   // when a style changed the prompt; else empty
  std::optional<Quality> quality;               // effective; nothing when the model has no choice
  std::vector<std::string> ignored;             // accepted without effect, the model's own included
  bool adopted = false;                         // some task was joined, not made
  CacheUse cache = CacheUse::bypass;
  std::chrono::milliseconds queued{0};    // the longest of the pictures told of so far
  std::chrono::milliseconds upstream{0};  // the same
  std::optional<PointsSpent> points;      // by all of them; nothing: the upstream bills none
};

struct Generation : GenerationFacts {
  std::vector<Result<GeneratedPicture>> items;  // n of them, in order; at least one has a value
  // Of the pictures that were made. To be held until the answer is written, then told so
  // (Ticket::delivered): whoever drops them earlier has not got his pictures and may come back.
  std::vector<Ticket> tickets;
};

// How a request came in, beside what its tasks remember of it.
struct Admission {
  std::vector<std::string> ignored;  // accepted without effect, the model's own included
  bool adopted = false;
  CacheUse cache = CacheUse::bypass;
};

// --- events

// The picture as far as it is drawn, in the format that was asked for. Its watcher may have missed
// earlier ones.
struct PictureGrew {
  Picture picture;
};
// `item` is the place among the n that were asked for.
struct PictureMade {
  std::size_t item = 0;
  GeneratedPicture made;
};
struct PictureFailed {
  std::size_t item = 0;
  Error error;
};
// Nothing else happened for a while: how the picture that is furthest along is getting on.
struct StillWaiting {
  Progress progress;
  std::size_t settled = 0;  // made or failed
  std::size_t pictures = 1;
};
struct WatchEnded {};

using WatchEvent = std::variant<PictureGrew, PictureMade, PictureFailed, StillWaiting, WatchEnded>;

// When all pictures failed, the client hears of the failure that it can do most about.
bool is_more_telling(const Error& error, const Error& than);

// "queued 3/7", "drawing 12.4s", and of several pictures "drawing 12.4s, 1/4 done".
std::string to_text(const StillWaiting& news);

// --- the watch

// Admitted, from Generator::watch. Movable, not while a coroutine of it runs; I/O thread; engine
// and finisher outlive it. Dropping it before delivered() is how a client leaves: its tasks are
// parked or go on as orphans (design: engine table), and a repeat gets what was not delivered.
class Watched final {
 public:
  // `request` is that of the tasks. `news` is what `wake` of the engine rings; `previews` as they
  // were asked of it.
  Watched(std::shared_ptr<const RequestInfo> request, Admission admission,
          std::vector<Ticket> tickets, std::shared_ptr<Event> news, Finisher& finisher,
          Previews previews);

  // Put together when somebody asks: a request that waits keeps nothing twice.
  GenerationFacts facts() const;
  std::size_t pictures() const { return pending_.size(); }
  // Of the picture `item`, while it is not told of.
  std::uint64_t seed(std::size_t item) const;
  // At any time; the place of a heartbeat's words.
  StillWaiting news() const;

  // One event after the other: previews, then each picture as it is finished or has failed, in the
  // order in which that happens; StillWaiting when `at_most` goes by without any. After the last
  // picture WatchEnded, if any was made; else the most telling of the errors. Not called again
  // after either.
  Task<WatchEvent> next(std::chrono::milliseconds at_most);

  // Or all at once: whether all pictures are there (or have failed); if not, look again after
  // change(). The other one looks again by itself, until `at_most` is over.
  bool all_ready();
  Async<void> change() { return news_->wait(); }
  Async<bool> all_ready_within(std::chrono::milliseconds at_most);
  // Then the pictures. Fails as a whole only when every one failed, with the most telling error.
  // Takes the tickets out of the watch.
  Task<Generation> gather();

  // All that next() gave is out: a repeat will not find these pictures any more.
  void delivered();

 private:
  const TaskSpec* first_task() const;
  bool over() const { return settled_ == pending_.size(); }
  std::optional<std::size_t> next_ready() const;
  std::optional<Picture> unseen_preview();
  Result<WatchEvent> end() const;
  Task<WatchEvent> tell(std::size_t item);
  Task<GeneratedPicture> settle(std::size_t item);
  Task<GeneratedPicture> finish(const Ticket& ticket);
  Async<std::optional<Picture>> presentable(Picture preview);

  std::shared_ptr<const RequestInfo> request_;
  Admission admission_;
  std::chrono::milliseconds queued_{0};         // as in the facts
  std::chrono::milliseconds upstream_{0};       // the same
  std::optional<PointsSpent> points_;           // the same
  std::vector<std::optional<Ticket>> pending_;  // by item; empty: told of
  std::vector<Ticket> made_;
  std::unique_ptr<Error> failure_;  // the most telling so far
  std::shared_ptr<Event>
      news_;  // shared: the engine may ring once more while the answer is written
  Finisher* finisher_;
  Previews previews_;
  int seen_ = -1;  // number of the newest preview that was shown
  std::size_t settled_ = 0;
};

}  // namespace gw
