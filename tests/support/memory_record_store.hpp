// A record store without a database, whose failures a test switches on and off.
#pragma once

#include "core/ports/record_store.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <ranges>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace gw::test {

// Keeps the port's contract, as far as one process can see it. I/O thread; everything is done at
// once.
class MemoryRecordStore final : public RecordStore {
 public:
  bool failing = false;    // every call is storage_unavailable
  bool read_only = false;  // what changes something is
  std::size_t writes = 0;

  // What is in it, for tests to look at and to put there.
  std::map<std::string, RequestRow> requests;
  std::map<std::uint64_t, TaskRow> tasks;
  std::map<std::string, PictureRow> pictures_by_id;
  std::vector<AnswerRow> all_answers;

  Task<void> write(RecordBatch batch) override {
    GW_CO_CHECK(writable());
    ++writes;
    for (auto& row : batch.requests) requests[row.info.id.value] = row;
    for (auto& row : batch.tasks) {
      last_ = std::max(last_, row.id.value);
      put(row);
    }
    for (const auto& id : batch.forgotten) tasks.erase(id.value);
    for (auto& row : batch.pictures) pictures_by_id[row.file.id.value] = row;
    for (auto& row : batch.answers) put(row);
    co_return Done();
  }

  Task<OpenWork> open_work() override {
    GW_CO_CHECK(working());
    OpenWork work;
    work.last = TaskId{last_};
    std::set<std::string> needed;
    for (const auto& [id, task] : tasks) {
      const bool open = task.state == TaskState::sent ||
                        (task.state == TaskState::queued && task.durability == Durability::durable);
      if (task.state == TaskState::unknown && task.sent)
        work.lost.push_back({task.host, *task.sent});
      if (!open) continue;
      work.tasks.push_back(task);
      if (task.durability == Durability::durable) needed.insert(task.request.value);
    }
    for (const auto& id : needed) {
      if (requests.contains(id)) work.requests.push_back(requests.at(id));
    }
    co_return work;
  }

  Task<std::vector<std::string>> inputs_needed() override {
    GW_CO_CHECK(working());
    std::vector<std::string> names;
    for (const auto& [id, request] : requests) {
      const auto status = record(request).status();
      if (status == JobStatus::succeeded || status == JobStatus::cancelled) continue;
      for (const auto& input : request.inputs) names.push_back(input.blob);
    }
    co_return names;
  }

  Task<std::optional<JobRecord>> job(CallerId owner, RequestId id) override {
    GW_CO_CHECK(working());
    const auto found = requests.find(id.value);
    if (found == requests.end() || found->second.info.owner != owner) co_return std::nullopt;
    co_return record(found->second);
  }

  Task<JobPage> jobs(JobQuery query) override {
    GW_CO_CHECK(working());
    std::vector<JobRecord> found;
    for (const auto& [id, request] : requests) {
      if (request.info.owner != query.owner) continue;
      auto one = record(request);
      if (!query.status || one.status() == *query.status) found.push_back(std::move(one));
    }
    std::ranges::sort(found, std::greater(), [](const JobRecord& job) {
      return std::tuple(job.request.info.created, job.request.info.id.value);
    });
    const auto id_of = [](const JobRecord& job) { return job.request.info.id.value; };
    GW_CO_TRY(auto page, page_of(std::move(found), id_of, query.after, query.limit));
    co_return JobPage{std::move(page.first), std::move(page.second)};
  }

  Task<bool> remove_job(CallerId owner, RequestId id) override {
    GW_CO_CHECK(writable());
    const auto found = requests.find(id.value);
    if (found == requests.end() || found->second.info.owner != owner) co_return false;
    forget_job(id);
    co_return true;
  }

  Task<std::optional<JobRecord>> job_of_key(CallerId owner, std::string key) override {
    GW_CO_CHECK(working());
    const RequestRow* newest = nullptr;
    for (const auto& [id, request] : requests) {
      if (request.info.owner != owner || request.idempotency_key != key) continue;
      if (!newest || newest->info.created < request.info.created) newest = &request;
    }
    if (!newest) co_return std::nullopt;
    co_return record(*newest);
  }

  Task<std::vector<AnswerRow>> answers(CallerId owner, std::string key) override {
    GW_CO_CHECK(working());
    std::vector<AnswerRow> found;
    for (const auto& row : all_answers) {
      if (row.owner == owner && row.idempotency_key == key) found.push_back(row);
    }
    std::ranges::sort(found, {}, &AnswerRow::index);
    co_return found;
  }

  Task<std::optional<PictureRow>> cached(CallerId owner, Sha256 cache_key) override {
    GW_CO_CHECK(working());
    for (const auto& row : newest_first()) {
      if (row.owner == owner && row.cache_key == cache_key && !row.deleted) co_return row;
    }
    co_return std::nullopt;
  }

  Task<PicturePage> pictures(PictureQuery query) override {
    GW_CO_CHECK(working());
    std::vector<PictureRow> found;
    for (auto& row : newest_first()) {
      if (matches(row, query)) found.push_back(std::move(row));
    }
    const auto id_of = [](const PictureRow& row) { return row.file.id.value; };
    GW_CO_TRY(auto page, page_of(std::move(found), id_of, query.after, query.limit));
    co_return PicturePage{std::move(page.first), std::move(page.second)};
  }

  Task<std::optional<PictureRow>> picture(CallerId owner, PictureId id) override {
    GW_CO_CHECK(working());
    const auto* row = find(owner, id);
    if (!row || row->deleted) co_return std::nullopt;
    co_return *row;
  }

  Task<bool> set_favourite(CallerId owner, PictureId id, bool favourite) override {
    GW_CO_CHECK(writable());
    auto* row = find(owner, id);
    if (!row || row->deleted) co_return false;
    row->favourite = favourite;
    co_return true;
  }

  Task<bool> delete_picture(CallerId owner, PictureId id, WallTime at) override {
    GW_CO_CHECK(writable());
    auto* row = find(owner, id);
    if (!row || row->deleted) co_return false;
    row->deleted = at;
    co_return true;
  }

  Task<bool> restore_picture(CallerId owner, PictureId id) override {
    GW_CO_CHECK(writable());
    auto* row = find(owner, id);
    if (!row || !row->deleted) co_return false;
    row->deleted.reset();
    co_return true;
  }

  Task<std::vector<PictureId>> favourites() override {
    GW_CO_CHECK(working());
    co_return ids_of([](const PictureRow& row) { return row.favourite && !row.deleted; });
  }

  Task<void> forget_pictures(std::vector<PictureId> ids) override {
    GW_CO_CHECK(writable());
    for (const auto& id : ids) pictures_by_id.erase(id.value);
    co_return Done();
  }

  Task<std::vector<PictureId>> erase(CallerId owner, std::optional<std::string> end_user) override {
    GW_CO_CHECK(writable());
    const auto is_his = [&](const CallerId& whose, const std::string& user) {
      return whose == owner && (!end_user || user == *end_user);
    };
    auto ids = ids_of([&](const auto& row) { return is_his(row.owner, row.end_user); });
    std::erase_if(all_answers, [&](const AnswerRow& row) {
      const bool erased = std::ranges::find(ids, row.picture) != ids.end();
      return erased || (!end_user && row.owner == owner);
    });
    for (const auto& id : ids) {
      PictureRow nobodys;
      nobodys.file = pictures_by_id.at(id.value).file;
      nobodys.deleted = WallTime{};
      pictures_by_id.at(id.value) = nobodys;
    }
    std::vector<RequestId> over;
    for (const auto& [id, request] : requests) {
      if (is_his(request.info.owner, request.info.end_user) && is_over(record(request).status()))
        over.push_back(request.info.id);
    }
    for (const auto& id : over) forget_job(id);
    co_return ids;
  }

  Task<std::vector<PictureId>> deleted_pictures(WallTime before) override {
    GW_CO_CHECK(working());
    co_return ids_of([&](const auto& row) { return row.deleted && *row.deleted < before; });
  }

  Task<void> sweep(WallTime jobs_before, WallTime answers_before) override {
    GW_CO_CHECK(writable());
    std::vector<RequestId> old;
    for (const auto& [id, request] : requests) {
      const auto job = record(request);
      const auto is_old = [&](const TaskRow& task) {
        return task.settled && *task.settled < jobs_before;
      };
      if (is_over(job.status()) && std::ranges::all_of(job.tasks, is_old))
        old.push_back(request.info.id);
    }
    for (const auto& id : old) forget_job(id);
    std::erase_if(all_answers, [&](const auto& row) { return row.written < answers_before; });
    co_return Done();
  }

 private:
  Result<void> working() const { return unless(failing); }
  Result<void> writable() const { return unless(failing || read_only); }
  static Result<void> unless(bool broken) {
    if (!broken) return {};
    return fail(Error(ErrorKind::storage_unavailable, "the storage does not take data")
                    .with_detail("switched off by the test"));
  }

  // Times that are not given stay as they were; tries are added.
  void put(const TaskRow& row) {
    auto& kept = tasks[row.id.value];
    const auto old = std::exchange(kept, row);
    kept.attempts = old.attempts;
    for (const auto& attempt : row.attempts) remember(kept.attempts, attempt);
    if (!row.admitted) kept.admitted = old.admitted;
    if (!row.sent) kept.sent = old.sent;
    if (!row.settled) kept.settled = old.settled;
  }

  void put(const AnswerRow& row) {
    std::erase_if(all_answers, [&](const AnswerRow& old) {
      return old.owner == row.owner && old.idempotency_key == row.idempotency_key &&
             old.index == row.index;
    });
    all_answers.push_back(row);
  }

  // Of a picture that was tried again the newest task, which is the one of the highest number.
  JobRecord record(const RequestRow& request) const {
    std::map<int, TaskRow> by_index;
    for (const auto& [id, task] : tasks) {
      if (task.request == request.info.id) by_index[task.index] = task;
    }
    JobRecord job{.request = request, .tasks = {}};
    for (auto& [index, task] : by_index) job.tasks.push_back(std::move(task));
    return job;
  }

  void forget_job(const RequestId& id) {
    requests.erase(id.value);
    std::erase_if(tasks, [&](const auto& entry) { return entry.second.request == id; });
  }

  PictureRow* find(const CallerId& owner, const PictureId& id) {
    const auto found = pictures_by_id.find(id.value);
    if (found == pictures_by_id.end() || found->second.owner != owner) return nullptr;
    return &found->second;
  }

  std::vector<PictureRow> newest_first() const {
    std::vector<PictureRow> rows;
    for (const auto& [id, row] : pictures_by_id) rows.push_back(row);
    std::ranges::sort(rows, std::greater(), [](const PictureRow& row) {
      return std::tuple(row.file.written, row.file.id.value);
    });
    return rows;
  }

  static bool matches(const PictureRow& row, const PictureQuery& query) {
    const bool text = row.prompt.contains(query.text) || row.revised_prompt.contains(query.text);
    const auto made = row.file.written;
    return row.owner == query.owner && !row.deleted && text &&
           (!query.end_user || row.end_user == *query.end_user) &&
           (query.model.empty() || row.model == query.model) &&
           (!query.kind || row.kind == *query.kind) && (!query.favourites || row.favourite) &&
           (!query.made_from || made >= *query.made_from) &&
           (!query.made_before || made < *query.made_before);
  }

  template <class Wanted>
  std::vector<PictureId> ids_of(Wanted wanted) const {
    std::vector<PictureId> ids;
    for (const auto& [id, row] : pictures_by_id) {
      if (wanted(row)) ids.push_back(row.file.id);
    }
    return ids;
  }

  // `after` is the id of the last row of the page before.
  template <class Row, class IdOf>
  static Result<std::pair<std::vector<Row>, std::string>> page_of(std::vector<Row> rows, IdOf id_of,
                                                                  const std::string& after,
                                                                  int limit) {
    auto begin = rows.begin();
    if (!after.empty()) {
      begin = std::ranges::find(rows, after, id_of);
      if (begin == rows.end())
        return fail(Error::invalid_request("after", "is not the end of a page that was given out"));
      ++begin;
    }
    const auto left = std::min<std::ptrdiff_t>(std::max(limit, 1), rows.end() - begin);
    std::vector<Row> page(begin, begin + left);
    const bool more = begin + left != rows.end();
    auto next = more ? id_of(page.back()) : std::string();
    return std::pair(std::move(page), std::move(next));
  }

  std::uint64_t last_ = 0;
};

}  // namespace gw::test
