#include "api/admin/model_routes.hpp"

#include "api/admin/audit.hpp"
#include "api/admin/json.hpp"
#include "api/admin/query.hpp"
#include "api/json_body.hpp"
#include "api/route_json.hpp"
#include "base/json.hpp"
#include "core/size_rule.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

namespace json = boost::json;

constexpr int kMostReferences = 16;
constexpr std::size_t kLongestModel = 256;

Result<int> references_of(const http::Request& request) {
  const auto given = request.query_value("references");
  if (!given) return 0;
  int count = 0;
  const auto* end = given->data() + given->size();
  const auto read = std::from_chars(given->data(), end, count);
  if (read.ec == std::errc{} && read.ptr == end && count >= 0 && count <= kMostReferences)
    return count;
  return fail(Error::invalid_request("references", "`references` is a number from 0 to 16"));
}

// Nothing: no model was named.
Result<std::optional<GenerationRequest>> question_of(const http::Request& request) {
  GW_CHECK(expect_query(request, {"model", "references", "size"}));
  GenerationRequest question;
  GW_TRY(const auto references, references_of(request));
  GW_TRY(question.size, parse_size(request.query_value("size").value_or("auto")));
  if (request.query().empty()) return std::nullopt;
  const auto model = request.query_value("model");
  if (!model || model->empty() || model->size() > kLongestModel)
    return fail(Error::invalid_request("model", "`model` is the public name of a model"));
  question.model = *model;
  question.references.resize(static_cast<std::size_t>(references));
  question.kind = references > 0 ? RequestKind::edit : RequestKind::generation;
  return question;
}

json::object candidate_json(const Candidate& candidate) {
  json::object object;
  object["name"] = json_text(candidate.name);
  object["offered"] = candidate.route.has_value();
  object["provider"] = nullptr;
  object["model"] = nullptr;
  if (candidate.route) {
    object["provider"] = json_text(candidate.route->provider->name());
    object["model"] = json_text(candidate.route->model->upstream_id);
  }
  object["priority"] = candidate.priority;
  object["weight"] = candidate.weight;
  return object;
}

// Null: the upstream's own name for it, or an alias.
json::value origin_json(const RouteBook& book, std::string_view name) {
  if (book.configured(name)) return "config";
  if (book.added().contains(name)) return "admin";
  return nullptr;
}

json::object entry_json(const RouteBook& book, std::string_view name,
                        const RouteBook::Entry& entry) {
  json::object object;
  object["id"] = json_text(name);
  object["object"] = "admin.route";
  object["default"] = name == book.models().default_model();
  object["origin"] = origin_json(book, name);
  object["strategy"] = nullptr;
  if (entry.routed) object["strategy"] = json_text(to_string(entry.strategy));
  auto& candidates = object["candidates"].emplace_array();
  for (const auto& candidate : entry.candidates) candidates.emplace_back(candidate_json(candidate));
  return object;
}

json::object route_json(std::string_view provider, std::string_view model,
                        std::string_view reason) {
  return {{"provider", json_text(provider)},
          {"model", json_text(model)},
          {"reason", json_text(reason)}};
}

json::object choice_json(const GenerationRequest& question, const Result<RouteChoice>& choice) {
  json::object object;
  object["model"] = json_text(question.model);
  object["references"] = question.references.size();
  object["size"] = json_text(question.size ? to_string(*question.size) : "auto");
  object["reason"] = json_text(choice ? std::string_view() : choice.error().message());
  auto& ranked = object["ranked"].emplace_array();
  auto& unfit = object["unfit"].emplace_array();
  if (!choice) return object;
  for (const auto& [route, reason] : choice->ranked)
    ranked.emplace_back(route_json(route.provider->name(), route.model->upstream_id, reason));
  for (const auto& route : choice->unfit)
    unfit.emplace_back(route_json(route.provider, route.model, route.reason));
  return object;
}

// What is offered, and what was given routes here, offered or not: it must be possible to take it
// back.
std::vector<std::string> names_in(const RouteBook& book) {
  std::vector<std::string> names;
  for (const auto& listing : book.models().offered()) names.push_back(listing.id);
  for (const auto& [name, settings] : book.added()) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

Result<RouteSettings> parse_settings(std::string_view name, const std::string& body) {
  if (const auto fault = name_fault(name); !fault.empty())
    return fail(Error::invalid_request("name", "the name " + std::string(fault)));
  GW_TRY(const auto object, parse_json_object(body));
  auto settings = read_route_settings(object);
  if (settings) return *std::move(settings);
  const auto& [path, what] = settings.error().front();
  return fail(Error::invalid_request(path, "`" + path + "` " + what));
}

}  // namespace

Task<http::Response> ModelRoutesEndpoint::list(http::Request request, RequestContext&) {
  GW_CO_TRY(const auto question, question_of(request));
  const auto& book = routes_.book();
  json::array data;
  for (const auto& name : names_in(book)) {
    const auto entry = book.find(name, Purpose::draw);
    if (entry) data.emplace_back(entry_json(book, name, *entry));
  }
  json::object answer{{"object", "admin.routes"}, {"data", std::move(data)}};
  answer["choice"] = nullptr;
  if (question) answer["choice"] = choice_json(*question, routes_.choose(*question));
  co_return json_answer(answer);
}

Task<http::Response> ModelRoutesEndpoint::put(http::Request request, RequestContext& context) {
  const auto& name = request.param("name");
  GW_CO_CHECK(expect_json(request.headers));
  GW_CO_TRY(auto settings, parse_settings(name, request.body));
  GW_CO_CHECK(co_await editor_.put(name, std::move(settings)));
  log_change(log_, context, "routes_changed", name);
  const auto& book = routes_.book();
  GW_CO_TRY(const auto entry, book.find(name, Purpose::draw));
  co_return json_answer(entry_json(book, name, entry));
}

Task<http::Response> ModelRoutesEndpoint::remove(http::Request request, RequestContext& context) {
  const auto& name = request.param("name");
  GW_CO_CHECK(co_await editor_.remove(name));
  log_change(log_, context, "routes_removed", name);
  co_return json_answer({{"id", json_text(name)}, {"object", "admin.route"}, {"deleted", true}});
}

}  // namespace gw::api
