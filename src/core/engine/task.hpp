// A task: the unit of queueing, lease, retry, price, adoption and history.
#pragma once

#include "base/ids.hpp"
#include "core/accounts/account.hpp"
#include "core/engine/fair_queue.hpp"
#include "core/engine/host_slots.hpp"
#include "core/engine/rare_error.hpp"
#include "core/engine/task_state.hpp"
#include "core/engine/timer_queue.hpp"
#include "core/engine/try_record.hpp"
#include "core/generation.hpp"
#include "core/library/stored_picture.hpp"
#include "core/library/upload.hpp"
#include "core/request_info.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw {

using Fingerprint = std::array<std::uint8_t, 32>;

// What is to be drawn, for whom and where. Immutable once admitted.
struct TaskSpec {
  CallerId caller;  // the key, and the end user behind it: whose turn it is
  CallerId key;     // the key alone: whose Idempotency-Keys are told apart
  HostId host;
  ImageOrder order;
  std::chrono::seconds typical_duration{30};
  Fingerprint fingerprint{};          // of the parsed request, before a random seed was drawn
  int index = 0;                      // among the request's n pictures
  std::string idempotency_key;        // empty: none
  std::vector<Reference> references;  // become the order's own when it is drawn
  std::optional<Reference> mask;
  std::shared_ptr<const RequestInfo> request;  // what all its n tasks have in common
  // The same picture by other upstreams, in the order in which they are to be asked; each has those
  // behind it. Null: none.
  std::shared_ptr<const std::vector<std::shared_ptr<const TaskSpec>>> alternatives;
  std::optional<Sha256> cache_key;  // of the drawing, end users aside; nothing: not to be shared
};

inline bool is_durable(const TaskSpec& spec) {
  return spec.request && spec.request->durability == Durability::durable;
}
inline bool is_kept(const TaskSpec& spec) {
  return !spec.request || spec.request->keeping == Keeping::keep;
}

// What a task holds in memory while it waits: its prompt. References wait on disk.
std::size_t waiting_bytes(const TaskSpec& spec);

// How a waiter is told; called from the engine, on its thread, and must not call back into it.
using Wake = std::function<void()>;

// When a waiter has what it came for: a link needs the file, bytes do not wait for the disk. Who
// hands out both waits for the file as well, but takes the bytes alone when it is late at the
// deadline.
enum class WaitFor : std::uint8_t { picture, file, file_in_time };

enum class Previews : std::uint8_t { unwanted, wanted };

struct Waiter {
  WaiterId id;
  WaitFor wait_for = WaitFor::picture;
  Previews previews = Previews::unwanted;
  Wake wake;
  std::optional<TimerQueue::Handle> deadline;
  RareError timed_out;     // set when its own deadline came first
  bool has_taken = false;  // needs the bytes no more
};

// What became of a task. Readable by its waiters from the moment the upstream answered.
struct Outcome {
  std::optional<Picture> picture;  // in memory; absent once only the file is left
  std::optional<StoredPicture> stored;
  RareError error;  // of the drawing, or with a picture: of the storing
};

// The picture as far as it is drawn.
struct Preview {
  int number = 0;  // from 0
  Picture picture;
};

// From the first lease on.
struct Trying {
  AccountId account;               // of this try; empty: the upstream has none
  std::int64_t points = 0;         // its price …
  std::optional<Price> price;      // … by this rule; nothing: free, or not known
  std::int64_t spent = 0;          // by all tries that cost something
  bool decides = false;            // of the host's door: it is the one that was let through
  std::optional<AccountId> again;  // the same account once more, after it has signed in
  std::vector<AccountId> in_vain;  // accounts that could not
  int repeats = 0;                 // that came out of the retry budget
  int challenges = 0;              // how often an edge wanted to see a human in its place
  bool signed_in = false;          // it has been repeated for that
  WallTime started;
  std::optional<TryRecord> ended;  // for the next line of the journal
};

struct TaskRecord {
  TaskId id;
  std::shared_ptr<const TaskSpec> spec;
  TaskState state = TaskState::queued;
  Place place = 0;
  std::size_t counted_place = 0;  // in a long line, when it was counted last
  int tries = 0;
  ImageSize size;              // of its picture, in pixels
  PictureId picture;           // from `sent` on: what its picture will be stored as
  int refusals = 0;            // concurrency refusals in a row: the pauses grow
  std::optional<Lease> lease;  // held while leased or sent
  std::vector<Waiter> waiters;
  std::optional<TimerQueue::Handle> timer;  // not_before, park_end or forget, by state
  SteadyTime not_before{};  // queued or parked: the upstream told us to wait until then
  bool delivered = false;   // some waiter took the outcome
  SteadyTime admitted{};
  SteadyTime started{};  // last lease
  SteadyTime answered{};
  SteadyTime deserted{};  // when the last waiter left
  Outcome outcome;
  std::unique_ptr<Preview> preview;
  std::unique_ptr<Trying> trying;  // null: never leased
  bool aside = false;              // queued, and no account could meet its need
};

}  // namespace gw
