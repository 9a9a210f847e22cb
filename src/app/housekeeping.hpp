// What is done again and again beside the requests: old pictures, records and inputs are swept out,
// models and sessions refreshed, memory given back.
#pragma once

#include "app/config.hpp"
#include "base/clock.hpp"
#include "base/task_group.hpp"
#include "core/engine/engine.hpp"
#include "core/library/input_keeper.hpp"
#include "core/library/library.hpp"
#include "core/library/results.hpp"
#include "core/ports/provider.hpp"
#include "core/ports/record_store.hpp"
#include "http/server.hpp"
#include "storage/spool/disk_spool.hpp"
#include "telemetry/log.hpp"
#include "transport/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace gw::app {

// Owned by App; I/O thread. All parts must outlive the group that it is started in.
class Housekeeping final {
 public:
  struct Parts {
    const Clock& clock;
    Log& log;
    const Config& config;
    RecordStore& records;
    Library& library;
    const ResultStore& results;
    InputKeeper& inputs;
    const DiskSpool& spool;
    const Engine& engine;
    StreamingHttpClient& client;
    const http::Server& server;
    std::vector<Provider*> providers;
    std::function<bool()> knows_models;
  };

  Housekeeping(Parts parts, Executor io) : parts_(std::move(parts)), io_(std::move(io)) {}

  void start(TaskGroup& group);
  void stop();

 private:
  Async<void> sweep_records();
  Task<void> sweep_records_once();
  Async<void> sweep_inputs();
  Async<void> sweep_library();
  Async<void> give_memory_back();
  Async<void> refresh_providers();
  Async<void> tend_edges();
  bool is_wanted(const HostId& host);
  Async<bool> pause(std::chrono::seconds time);  // false when cancelled

  const Parts parts_;
  const Executor io_;
  std::vector<TaskGroup::Member> members_;
  std::map<HostId, std::uint64_t> turned_away_;  // as last seen
};

}  // namespace gw::app
