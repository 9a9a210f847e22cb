#include "api/v1/jobs_stream.hpp"

#include "api/event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

constexpr int kToldAnew = 100;
// What is told anew is whole with its last event only: who is cut off before is told all of it
// again.
constexpr std::uint64_t kNotWhole = 0;

std::string event_text(const JobEventId& id, std::string_view data) {
  return fmt::format("id: {}\n{}{}{}", to_string(id), sse_begin("job"), data, kSseEnd);
}

std::string news_of(const Job& job) {
  if (job.status != JobStatus::queued || job.position == 0)
    return std::string(to_string(job.status));
  return fmt::format("queued {}/{}", job.position, job.queue_length);
}

// What both streams are: one piece of text after the other, each asked for when the last is out.
class JobEvents : public http::BodySource {
 public:
  Task<SharedBytes> next() final {
    while (out_.empty() && !over_) GW_CO_CHECK(co_await advance());
    if (out_.empty()) co_return SharedBytes();
    auto piece = std::move(out_.front());
    out_.erase(out_.begin());
    co_return piece;
  }
  bool conclude(const Error&) final {
    end("the gateway is shutting down");
    return true;
  }

 protected:
  JobEvents(JobDesk& desk, ShortJobs render, JobStreamTerms terms)
      : desk_(desk), render_(std::move(render)), terms_(std::move(terms)) {}

  // Sends something, ends, or waits until it is worth looking again.
  virtual Task<void> advance() = 0;

  void send(std::uint64_t number, const Job& job) {
    out_.push_back(share(event_text({number, version_of(job)}, render_.text(job))));
  }
  void send_removed(std::uint64_t number, const RequestId& job) {
    out_.push_back(share(event_text({number, "removed"}, removed_job(job))));
  }
  void comment(std::string_view text) { out_.push_back(share(sse_comment(text))); }
  void end() { over_ = true; }
  void end(std::string_view why) {
    if (!std::exchange(over_, true)) comment(why);
  }
  JobDesk& desk() { return desk_; }
  const JobStreamTerms& terms() const { return terms_; }

 private:
  JobDesk& desk_;
  ShortJobs render_;
  JobStreamTerms terms_;
  std::vector<SharedBytes> out_;
  bool over_ = false;
};

class OneJob final : public JobEvents {
 public:
  OneJob(JobDesk& desk, RequestId job, ShortJobs render, JobStreamTerms terms)
      : JobEvents(desk, std::move(render), std::move(terms)),
        job_(std::move(job)),
        listener_(desk.changes().listen(job_)) {
    if (this->terms().last) seen_ = this->terms().last->version;
  }

 private:
  Task<void> advance() override {
    const bool closing = desk().changes().closed();
    listener_->reset();
    const auto job = co_await desk().get(terms().owner, job_);
    if (!job && job.error().kind() == ErrorKind::not_found) {
      end("the job was removed");
      co_return Done();
    }
    if (!job) co_return fail(job.error());
    const bool is_news = std::exchange(seen_, version_of(*job)) != seen_;
    if (is_news) send(desk().changes().newest(), *job);
    if (is_over(job->status)) {
      end();
    } else if (closing) {
      end("the gateway is shutting down");
    } else if (!is_news &&
               !co_await listener_->rings_within(std::exchange(pause_, terms().heartbeat))) {
      comment(news_of(*job));
    }
    co_return Done();
  }

  RequestId job_;
  std::unique_ptr<JobChanges::Listener> listener_;
  std::string seen_;                    // the version that the client has
  std::chrono::milliseconds pause_{0};  // a sign of life at once, then every heartbeat
};

class AllJobs final : public JobEvents {
 public:
  AllJobs(JobDesk& desk, ShortJobs render, JobStreamTerms terms)
      : JobEvents(desk, std::move(render), std::move(terms)),
        listener_(desk.changes().listen()),
        seen_(this->terms().last ? this->terms().last->number : desk.changes().newest()) {}

 private:
  Task<void> advance() override {
    auto& changes = desk().changes();
    if (changes.closed()) {
      end("the gateway is shutting down");
      co_return Done();
    }
    if (!anew_.empty()) co_return co_await tell_anew();
    if (!changes.reaches_back_to(seen_)) co_return co_await look_anew();
    listener_->reset();
    if (const auto change = changes.after(seen_)) co_return co_await tell(*change);
    seen_ = changes.newest();
    if (!co_await listener_->rings_within(std::exchange(pause_, terms().heartbeat)))
      comment("jobs");
    co_return Done();
  }

  // Somebody else's is not found.
  Task<void> tell(JobChanges::Change change) {
    seen_ = change.number;
    if (change.removed_from == terms().owner) send_removed(change.number, change.job);
    if (!change.removed_from.value.empty()) co_return Done();
    const auto job = co_await desk().get(terms().owner, change.job);
    if (!job && job.error().kind() != ErrorKind::not_found) co_return fail(job.error());
    if (job) send(change.number, *job);
    co_return Done();
  }

  // The jobs are rendered when their turn comes: many streams may have much to tell at a time.
  Task<void> look_anew() {
    seen_ = desk().changes().newest();
    JobQuery query;
    query.owner = terms().owner;
    query.limit = kToldAnew;
    GW_CO_TRY(const auto list, co_await desk().list(std::move(query)));
    for (const auto& job : list.jobs) anew_.push_back(job.info.id);
    co_return Done();
  }

  Task<void> tell_anew() {
    const auto id = std::move(anew_.back());
    anew_.pop_back();
    const auto job = co_await desk().get(terms().owner, id);
    if (!job && job.error().kind() != ErrorKind::not_found) co_return fail(job.error());
    if (job) send(anew_.empty() ? seen_ : kNotWhole, *job);
    co_return Done();
  }

  std::unique_ptr<JobChanges::Listener> listener_;
  std::uint64_t seen_;
  std::vector<RequestId> anew_;  // still to be told, the oldest last
  std::chrono::milliseconds pause_{0};
};

http::Response streamed(std::unique_ptr<http::BodySource> source) {
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("Cache-Control", "no-cache");
  response.headers.set("X-Accel-Buffering", "no");  // nginx: pass on what comes when it comes
  response.source = std::move(source);
  return response;
}

}  // namespace

std::string to_string(const JobEventId& id) {
  return fmt::format("{}-{}", id.number, id.version);
}

std::optional<JobEventId> read_job_event_id(std::string_view text) {
  JobEventId id;
  const auto* end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, id.number);
  if (fault != std::errc() || rest == end || *rest != '-') return std::nullopt;
  id.version = std::string(rest + 1, end);
  return id;
}

http::Response job_stream(JobDesk& desk, const Job& job, ShortJobs render, JobStreamTerms terms) {
  if (is_over(job.status) && terms.last && terms.last->version == version_of(job)) {
    http::Response nothing;
    nothing.status = 204;
    return nothing;
  }
  return streamed(std::make_unique<OneJob>(desk, job.info.id, std::move(render), std::move(terms)));
}

http::Response all_jobs_stream(JobDesk& desk, ShortJobs render, JobStreamTerms terms) {
  return streamed(std::make_unique<AllJobs>(desk, std::move(render), std::move(terms)));
}

}  // namespace gw::api
