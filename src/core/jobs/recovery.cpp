#include "core/jobs/recovery.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace gw {
namespace {

// Enough for every format's header (base/image_format).
constexpr std::uint64_t kHeader = 64 * 1024;

// Of a plain call only the slot it may still hold: its client is gone with its connection.
TaskSpec spec_of_call(const TaskRow& row) {
  TaskSpec spec;
  spec.host = row.host;
  return spec;
}

Async<ImageSize> size_of(const StoredPicture& picture, ResultStore& results) {
  const auto head = co_await results.read(picture, 0, std::min(picture.size, kHeader));
  const auto header = head ? read_image_header(**head) : std::nullopt;
  co_return header ? header->size : ImageSize{};
}

class Requests final {
 public:
  Requests(std::vector<RequestRow> rows, const InputKeeper& inputs) {
    specs_.reserve(rows.size());
    for (auto& row : rows) {
      auto spec = std::make_shared<TaskSpec>(gw::spec_of(std::move(row), inputs));
      const std::string_view id = spec->request->id.value;
      auto host = spec->host;
      specs_.emplace(id, Known{std::move(spec), std::move(host)});
    }
  }
  std::shared_ptr<const TaskSpec> spec_of(const TaskRow& row) const {
    const auto request = specs_.find(row.request.value);
    const bool durable = row.durability == Durability::durable && request != specs_.end();
    auto spec = durable ? spec_of_next(request->second.spec)
                        : std::make_shared<TaskSpec>(spec_of_call(row));
    spec->index = row.index;
    spec->order.seed = row.seed;
    // What was sent may have gone another route, and holds its place there; what waits goes the one
    // that is known.
    if (durable) spec->host = row.state == TaskState::sent ? row.host : request->second.host;
    return spec;
  }

 private:
  using Spec = std::shared_ptr<TaskSpec>;
  // The first task takes what is there, for most requests have no second one.
  static Spec spec_of_next(const Spec& spec) {
    return spec.use_count() == 1 ? spec : std::make_shared<TaskSpec>(*spec);
  }
  struct Known {
    Spec spec;
    HostId host;  // of the route that was chosen
  };
  std::unordered_map<std::string_view, Known> specs_;  // by the id that is in them
};

}  // namespace

TaskSpec spec_of(RequestRow row, const InputKeeper& inputs) {
  TaskSpec spec;
  spec.caller = std::move(row.caller);
  spec.key = row.info.owner;
  spec.host = std::move(row.host);
  spec.order = std::move(row.order);
  spec.typical_duration = row.typical_duration;
  spec.fingerprint = row.fingerprint;
  spec.idempotency_key = std::move(row.idempotency_key);

  auto& info = row.info;
  Retouch retouch;
  for (const auto& input : row.inputs) {
    switch (input.role) {
      case InputRow::Role::reference:
        spec.references.push_back(inputs.kept(input));
        break;
      case InputRow::Role::mask:
        spec.mask = inputs.kept(input);
        break;
      case InputRow::Role::original:
        retouch.original = inputs.kept(input);
        break;
      case InputRow::Role::retouch_mask:
        retouch.mask = inputs.kept(input);
        break;
    }
  }
  if (retouch.original.upload && retouch.mask.upload)
    info.output.retouch = std::make_shared<const Retouch>(std::move(retouch));
  spec.request = std::make_shared<const RequestInfo>(std::move(info));
  return spec;
}

Task<std::vector<UnfinishedTask>> unfinished_tasks(OpenWork work, const InputKeeper& inputs,
                                                   ResultStore& results) {
  const Requests requests(std::move(work.requests), inputs);
  std::vector<UnfinishedTask> tasks;
  tasks.reserve(work.tasks.size());
  for (auto& row : work.tasks) {
    UnfinishedTask task;
    task.id = row.id;
    task.spec = requests.spec_of(row);
    task.tries = row.tries;
    task.sent = row.state == TaskState::sent;
    if (task.sent) {
      task.picture = row.picture;
      task.sent_at = row.sent.value_or(WallTime{});
      task.found = results.find(row.picture);
      if (task.found) task.found_size = co_await size_of(*task.found, results);
    }
    tasks.push_back(std::move(task));
  }
  co_return tasks;
}

}  // namespace gw
