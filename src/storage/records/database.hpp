// The open database file: one connection that changes it and one that reads it, each with a lane of
// the worker pool to itself.
#pragma once

#include "base/worker_pool.hpp"
#include "storage/records/connection.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace gw::records {

enum class Commit : std::uint8_t {
  lazy,     // survives a crash of ours
  durable,  // survives a loss of power
};

// Shared by the stores that are in one file; I/O thread. `work` gets the connection, inside a
// transaction, and must own all it touches. Changes are carried out in the order of the calls;
// reading never waits behind them, and sees every change that had ended before it was asked.
class Database final {
 public:
  Database(std::shared_ptr<Connection> writing, std::shared_ptr<Connection> reading,
           WorkerPool& workers)
      : writing_(std::move(writing)),
        reading_(std::move(reading)),
        writes_(workers),
        reads_(workers) {}

  // Without `commit`: as the change before it.
  template <class Work>
  auto change(Work work, std::optional<Commit> commit = {}) {
    auto job = [db = writing_, work = std::move(work), commit] {
      return db->attempt([&] {
        if (commit) db->set_durable(*commit == Commit::durable);
        return db->transaction([&] { return work(*db); });
      });
    };
    return writes_.run(std::move(job));
  }

  template <class Work>
  auto read(Work work) {
    auto job = [db = reading_, work = std::move(work)] {
      return db->attempt([&] { return db->transaction([&] { return work(*db); }); });
    };
    return reads_.run(std::move(job));
  }

  // In the line of the changes, but in no transaction.
  template <class Work>
  auto alone(Work work) {
    auto job = [db = writing_, work = std::move(work)] {
      return db->attempt([&] { return work(*db); });
    };
    return writes_.run(std::move(job));
  }

 private:
  std::shared_ptr<Connection> writing_;  // shared with what is running on their lanes
  std::shared_ptr<Connection> reading_;
  WorkerLane writes_;
  WorkerLane reads_;
};

}  // namespace gw::records
