#include "api/admin/queue.hpp"

#include "api/admin/audit.hpp"
#include "api/admin/json.hpp"
#include "api/admin/query.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace gw::api {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::size_t kShown = 200;
constexpr std::size_t kMostShown = 1'000;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

Result<std::size_t> limit_of(const http::Request& request) {
  GW_CHECK(expect_query(request, {"limit"}));
  const auto given = request.query_value("limit");
  if (request.query().empty()) return kShown;
  const auto limit = number<std::size_t>(given.value_or(""));
  if (limit && *limit >= 1 && *limit <= kMostShown) return *limit;
  return fail(Error::invalid_request("limit", "`limit` is a number from 1 to 1000"));
}

json::object counts_json(const EngineCounts& counts) {
  return {{"queued", counts.queued},
          {"queued_jobs", counts.queued_jobs},
          {"parked", counts.parked},
          {"running", counts.running},
          {"saving", counts.saving}};
}

json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json_text(text);
}

std::int64_t since(SteadyTime then, SteadyTime now) {
  return std::chrono::duration_cast<milliseconds>(now - then).count();
}

}  // namespace

Result<http::Response> QueueEndpoint::list(const http::Request& request) {
  GW_TRY(const auto limit, limit_of(request));
  const auto tasks = in_order();
  json::array data;
  for (const auto* task : tasks) {
    if (data.size() == limit) break;
    data.emplace_back(shown(*task));
  }
  json::object answer{{"object", "admin.queue"}};
  answer["counts"] = counts_json(engine_.counts());
  answer["has_more"] = data.size() < tasks.size();
  answer["data"] = std::move(data);
  return json_answer(answer);
}

Task<http::Response> QueueEndpoint::cancel(http::Request request, RequestContext& context) {
  const auto& name = request.param("task");
  const auto id = number<std::uint64_t>(name);
  if (!id || !engine_.find(TaskId{*id}))
    co_return fail(Error::not_found("there is no task of this number any more"));
  if (!engine_.cancel(TaskId{*id})) {
    co_return fail(Error(ErrorKind::conflict,
                         "it is too late: the task is being drawn, and its picture will be kept"));
  }
  log_change(log_, context, "task_cancelled", name);
  co_return json_answer({{"id", json_text(name)}, {"object", "admin.task"}, {"cancelled", true}});
}

std::vector<const TaskRecord*> QueueEndpoint::in_order() const {
  std::vector<const TaskRecord*> tasks;
  engine_.for_each_task([&](const TaskRecord& task) {
    if (!is_final(task.state)) tasks.push_back(&task);
  });
  std::ranges::sort(tasks, {}, [](const TaskRecord* task) {
    return std::tuple(is_waiting(task->state), task->spec->host, task->place);
  });
  return tasks;
}

json::object QueueEndpoint::shown(const TaskRecord& task) {
  const auto now = clock_.now();
  const auto& request = task.spec->request;
  json::object object;
  object["id"] = std::to_string(task.id.value);
  object["object"] = "admin.task";
  object["state"] = json_text(to_string(task.state));
  object["provider"] = text_or_null(provider_of(task.spec->host));
  object["account"] = text_or_null(task.trying ? task.trying->account.value : "");
  object["model"] = text_or_null(request ? request->model : "");
  object["request"] = text_or_null(request ? request->id.value : "");
  object["job"] = is_durable(*task.spec);
  object["attempts"] = task.tries;
  object["age_ms"] = since(task.admitted, now);
  object["place"] = nullptr;
  if (is_waiting(task.state)) object["place"] = engine_.progress(task.id).place;
  object["drawing_ms"] = nullptr;
  if (is_running(task.state)) object["drawing_ms"] = since(task.started, now);
  return object;
}

std::string_view QueueEndpoint::provider_of(const HostId& host) const {
  const auto found = std::ranges::find_if(
      providers_, [&](const Provider* provider) { return provider->host() == host; });
  return found == providers_.end() ? std::string_view() : (*found)->name();
}

}  // namespace gw::api
