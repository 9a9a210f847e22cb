// The port for what is remembered in rows: the journal of the engine, the jobs that are read from
// it, and the library's pictures.
#pragma once

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/task.hpp"
#include "core/engine/task_state.hpp"
#include "core/generation.hpp"
#include "core/jobs/job.hpp"
#include "core/library/stored_picture.hpp"
#include "core/ports/journal.hpp"
#include "core/request_info.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gw {

// --- what is written

// A picture that a durable request works from. It has a file of its own until the request is over.
struct InputRow {
  enum class Role : std::uint8_t { reference, mask, original, retouch_mask };
  Role role = Role::reference;
  std::string blob;  // name in the store of inputs
  ImageFormat format = ImageFormat::png;
  ImageSize size;
  Sha256 digest{};
  std::uint64_t bytes = 0;
};

// A durable request: all that is needed to go on with it after a restart.
struct RequestRow {
  RequestInfo info;  // output.retouch is null: its pictures are among `inputs`
  CallerId caller;   // whose turn it is in the queue
  HostId host;
  std::chrono::seconds typical_duration{30};
  Sha256 fingerprint{};
  std::string idempotency_key;
  ImageOrder order;  // what its tasks have in common: no seed, no pictures
  std::vector<InputRow> inputs;
};

// A task as the journal last knew it: queued, sent, or a final state.
struct TaskRow {
  TaskId id;
  RequestId request;
  Durability durability = Durability::ephemeral;
  HostId host;
  int index = 0;  // among the request's n pictures
  std::uint64_t seed = 0;
  TaskState state = TaskState::queued;
  int tries = 0;
  PictureId picture;  // the name its picture has or will have; empty: nothing was sent
  std::optional<StoredPicture> stored;  // done, and kept
  ImageSize size;                       // of the picture, in pixels
  std::optional<Error> error;
  // Added to those that are written already, of which the last kTriesRemembered stay.
  std::vector<TryRecord> attempts = {};
  std::optional<WallTime> admitted;  // nothing: as it was written before (also the next two)
  std::optional<WallTime> sent;
  std::optional<WallTime> settled;
};

// A picture of the library.
struct PictureRow {
  StoredPicture file;  // `written` is when it was made
  CallerId owner;
  std::string end_user;
  RequestId request;
  int index = 0;
  RequestKind kind = RequestKind::generation;
  std::string model;
  std::string provider;
  std::string prompt;  // as the client wrote it
  std::string revised_prompt;
  std::string negative_prompt;
  std::string style;
  std::uint64_t seed = 0;
  ImageSize size;
  int steps = 0;
  std::optional<Quality> quality;
  std::optional<Sha256> cache_key;  // of what was drawn; nothing: never to be handed out again
  bool favourite = false;
  std::optional<WallTime> deleted;  // by its owner, who may still undo it
};

// What an Idempotency-Key of an owner stands for.
struct AnswerRow {
  CallerId owner;
  std::string idempotency_key;
  int index = 0;
  Sha256 fingerprint{};
  PictureId picture;
  std::uint64_t seed = 0;
  WallTime written;
};

// One transaction: all of it or nothing. Rows replace those of the same name.
struct RecordBatch {
  enum class Sync : std::uint8_t { lazy, fsync };
  Sync sync = Sync::lazy;  // fsync: survives a loss of power when write() has returned
  std::vector<RequestRow> requests = {};
  std::vector<TaskRow> tasks = {};
  std::vector<TaskId> forgotten = {};  // ephemeral tasks that are over
  std::vector<PictureRow> pictures = {};
  std::vector<AnswerRow> answers = {};
};

// --- what is read

// All that was not over when the process ended. Tasks in the order in which they were admitted.
struct OpenWork {
  TaskId last;                       // the highest number that was ever given
  std::vector<RequestRow> requests;  // durable ones with an open task
  std::vector<TaskRow> tasks;        // queued (durable only) and sent
  std::vector<LostSend> lost;        // of the tasks that are unknown, however long ago
};

struct JobRecord {
  RequestRow request;
  std::vector<TaskRow> tasks;  // by index; of a picture that was tried again the newest
  JobStatus status() const;
};

// Newest first. `after` is a page's `next`, as it was given; invalid_request when it is not one.
struct JobQuery {
  CallerId owner = {};
  std::optional<JobStatus> status = {};
  std::string after = {};
  int limit = 20;
};
struct JobPage {
  std::vector<JobRecord> jobs;
  std::string next;  // empty: that was all
};

struct PictureQuery {
  CallerId owner = {};
  std::optional<std::string> end_user = {};
  std::string text = {};  // found anywhere in prompts, any script, any length; empty: all
  std::string model = {};
  std::optional<RequestKind> kind = {};
  bool favourites = false;  // only these
  std::optional<WallTime> made_from = {};
  std::optional<WallTime> made_before = {};
  std::string after = {};
  int limit = 50;
};
struct PicturePage {
  std::vector<PictureRow> pictures;
  std::string next;
};

// Owned by the composition root; I/O thread, the database on the worker pool. What
// changes something, and open_work(), is carried out in the order of the calls; what only reads
// sees every change that had ended before it was asked. Whatever the disk does not take is
// storage_unavailable and harms nothing that is stored. Deleted pictures are found by nothing but
// restore_picture().
class RecordStore {
 public:
  virtual ~RecordStore() = default;

  virtual Task<void> write(RecordBatch batch) = 0;
  virtual Task<OpenWork> open_work() = 0;
  // Names of the inputs of requests that are not through: a task is open, or may be tried again
  // because it failed or is unknown.
  virtual Task<std::vector<std::string>> inputs_needed() = 0;

  // Jobs. Another owner's, and one that was removed, is nothing.
  virtual Task<std::optional<JobRecord>> job(CallerId owner, RequestId id) = 0;
  virtual Task<JobPage> jobs(JobQuery query) = 0;
  virtual Task<bool> remove_job(CallerId owner, RequestId id) = 0;
  // The job that carries the key, the newest first. Nothing when there is none.
  virtual Task<std::optional<JobRecord>> job_of_key(CallerId owner,
                                                    std::string idempotency_key) = 0;

  // Answers that may be given again.
  virtual Task<std::vector<AnswerRow>> answers(CallerId owner, std::string idempotency_key) = 0;
  virtual Task<std::optional<PictureRow>> cached(CallerId owner, Sha256 cache_key) = 0;

  // The library. Another owner's is nothing.
  virtual Task<PicturePage> pictures(PictureQuery query) = 0;
  virtual Task<std::optional<PictureRow>> picture(CallerId owner, PictureId id) = 0;
  virtual Task<bool> set_favourite(CallerId owner, PictureId id, bool favourite) = 0;
  virtual Task<bool> delete_picture(CallerId owner, PictureId id, WallTime at) = 0;
  virtual Task<bool> restore_picture(CallerId owner, PictureId id) = 0;
  virtual Task<std::vector<PictureId>> favourites() = 0;  // of all owners, deleted ones too
  // Rows whose file is gone.
  virtual Task<void> forget_pictures(std::vector<PictureId> ids) = 0;
  // Everything of an owner, or of one end user of his: pictures, jobs that are over, answers. The
  // pictures' names: their files are the caller's to remove, and then the names to be forgotten.
  // Until then they are deleted_pictures(), of nobody, and cannot be restored.
  virtual Task<std::vector<PictureId>> erase(CallerId owner,
                                             std::optional<std::string> end_user) = 0;
  // Pictures deleted before `deleted_before`, whose files may go now.
  virtual Task<std::vector<PictureId>> deleted_pictures(WallTime deleted_before) = 0;

  // Jobs that were over, and answers that were written, before then are forgotten.
  virtual Task<void> sweep(WallTime jobs_before, WallTime answers_before) = 0;
};

}  // namespace gw
