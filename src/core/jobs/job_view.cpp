#include "core/jobs/job_view.hpp"

#include "base/digest.hpp"
#include "core/watch.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace gw {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kVersionBytes = 4;

milliseconds between(const std::optional<WallTime>& from, const std::optional<WallTime>& to) {
  if (!from || !to || *to < *from) return milliseconds{0};
  return std::chrono::duration_cast<milliseconds>(*to - *from);
}

// The row is a moment behind while the task lives; once it is over only the row knows it.
TaskState state_of(const TaskRow& row, const Engine& engine) {
  const auto* live = engine.find(row.id);
  return live && !is_final(row.state) ? live->state : row.state;
}

JobPicture picture_of(const TaskRow& row, TaskState state) {
  JobPicture picture;
  picture.task = row.id;
  picture.status = status_of(std::span(&state, 1));
  picture.seed = row.seed;
  picture.size = row.size;
  picture.stored = row.stored;
  picture.error = row.error;
  picture.attempts = row.attempts;
  return picture;
}

void add_place(Job& job, const TaskRow& row, Engine& engine) {
  if (!engine.find(row.id)) return;
  const auto progress = engine.progress(row.id);
  if (progress.place == 0 || (job.position != 0 && job.position <= progress.place)) return;
  job.position = progress.place;
  job.queue_length = progress.queued;
}

void add_times(Job& job, const TaskRow& row) {
  if (row.sent) job.started = std::min(job.started.value_or(*row.sent), *row.sent);
  if (row.settled) job.finished = std::max(job.finished.value_or(*row.settled), *row.settled);
  job.queued = std::max(job.queued, between(row.admitted, row.sent));
  job.upstream = std::max(job.upstream, between(row.sent, row.settled));
}

void add_points(Job& job, const TaskRow& row) {
  for (const auto& attempt : row.attempts) job.points += attempt.points;
}

std::optional<Error> failure_of(const Job& job) {
  const Error* worst = nullptr;
  for (const auto& picture : job.pictures) {
    if (picture.status != job.status || !picture.error) continue;
    if (!worst || is_more_telling(*picture.error, *worst)) worst = &*picture.error;
  }
  return worst ? std::optional(*worst) : std::nullopt;
}

bool has_pictures(JobStatus status) {
  return status == JobStatus::succeeded || status == JobStatus::partly_succeeded;
}

// Who drew is in the record of its tries; before that it is the route that was chosen.
DrawnRoute route_of(const RequestRow& request, const std::vector<JobPicture>& pictures) {
  DrawnRoute route{request.info.provider, request.order.upstream_model, request.info.route};
  for (const auto& picture : pictures) {
    for (const auto& attempt : picture.attempts)
      if (attempt.outcome == "drawn") return after_reroute(std::move(route), attempt.provider);
  }
  return route;
}

}  // namespace

Job view_of(JobRecord record, Engine& engine, bool cancel_requested) {
  Job job;
  std::vector<TaskState> states;
  for (const auto& row : record.tasks) {
    states.push_back(state_of(row, engine));
    job.pictures.push_back(picture_of(row, states.back()));
    add_times(job, row);
    add_points(job, row);
  }
  job.route = route_of(record.request, job.pictures);
  job.info = std::move(record.request.info);
  job.status = status_of(states);
  if (is_over(job.status)) {
    if (!has_pictures(job.status)) job.error = failure_of(job);
    return job;
  }
  job.finished.reset();
  job.cancel_requested = cancel_requested;
  if (job.status == JobStatus::queued) {
    for (const auto& row : record.tasks) add_place(job, row, engine);
  }
  return job;
}

std::string version_of(const Job& job) {
  std::string text(to_string(job.status));
  text += job.cancel_requested ? " cancelled" : "";
  for (const auto& picture : job.pictures) {
    text.append(" ").append(std::to_string(picture.task.value)).append(to_string(picture.status));
    if (!picture.attempts.empty()) text += std::to_string(picture.attempts.back().number);
  }
  const auto digest = sha256(text);
  return hex(std::span(digest).first(kVersionBytes));
}

}  // namespace gw
