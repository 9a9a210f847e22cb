// The record store's contract is one suite over every implementation: each brings a factory.
#pragma once

#include "core/ports/record_store.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gw::test {

// One store with what it stands on; its data outlive reopen().
class RecordStoreRig {
 public:
  virtual ~RecordStoreRig() = default;
  virtual RecordStore& store() = 0;
  virtual void reopen() = 0;  // as after a restart of the process
  virtual void fill_disk() = 0;
  virtual void free_disk() = 0;
};

struct RecordStoreMaker {
  std::string name;
  std::function<std::unique_ptr<RecordStoreRig>(asio::io_context&)> make;
};

// The implementations that this program tests (record_store_makers.cpp).
std::vector<RecordStoreMaker> record_store_makers();

inline const CallerId kOwner{"owner-a"};
inline const CallerId kStranger{"owner-b"};

WallTime at(int seconds);  // of the tests' day
Sha256 digest(std::uint8_t seed);
// With every field set to something that is not its default.
RequestRow full_request(const std::string& id, WallTime created = at(1));
TryRecord full_attempt(int number);
TaskRow full_task(std::uint64_t id, const std::string& request, TaskState state);
PictureRow full_picture(const std::string& id, WallTime made = at(1));
AnswerRow full_answer(const std::string& key, int index);

class RecordStoreContract : public testing::TestWithParam<RecordStoreMaker> {
 protected:
  RecordStore& store() { return rig->store(); }
  template <class T>
  auto get(Task<T> task) {
    return run(io, std::move(task)).value();
  }
  void write(RecordBatch batch) {
    const auto written = run(io, store().write(std::move(batch)));
    ASSERT_TRUE(written) << written.error().detail();
  }
  void write_job(const std::string& id, std::uint64_t task, TaskState state,
                 WallTime created = at(1)) {
    write({.requests = {full_request(id, created)}, .tasks = {full_task(task, id, state)}});
  }
  void write_picture(PictureRow row) { write({.pictures = {std::move(row)}}); }
  std::optional<JobRecord> job(const std::string& id, CallerId owner = kOwner) {
    return get(store().job(owner, {id}));
  }
  std::vector<std::string> found(PictureQuery query);
  std::vector<std::string> search(const std::string& text);

  asio::io_context io{1};
  std::unique_ptr<RecordStoreRig> rig = GetParam().make(io);
};

std::vector<std::string> ids(const std::vector<PictureRow>& rows);
std::vector<std::string> ids(const std::vector<PictureId>& rows);
std::vector<std::string> ids(const std::vector<JobRecord>& rows);

// Field by field, with the name of the one that differs.
void expect_same(const RequestRow& actual, const RequestRow& expected);
void expect_same(const TaskRow& actual, const TaskRow& expected);
void expect_same(const PictureRow& actual, const PictureRow& expected);
void expect_same(const AnswerRow& actual, const AnswerRow& expected);

}  // namespace gw::test
