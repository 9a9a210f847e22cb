#include "api/v1/jobs_wire.hpp"

#include "api/error_envelope.hpp"
#include "api/v1/route_wire.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "job_";

json::string text(std::string_view text) {
  return json::string(text.data(), text.size());
}

json::value seconds(const std::optional<WallTime>& time) {
  if (!time) return nullptr;
  return std::chrono::floor<std::chrono::seconds>(*time).time_since_epoch().count();
}

std::string_view kind_name(RequestKind kind) {
  switch (kind) {
    case RequestKind::generation:
      return "generation";
    case RequestKind::edit:
      return "edit";
    case RequestKind::variation:
      return "variation";
  }
  return "generation";
}

json::value error_or_null(const std::optional<Error>& error, std::string_view request_id) {
  if (!error) return nullptr;
  return error_object(*error, request_id);
}

// Without its detail, which is for the operator.
json::object attempt_object(const TryRecord& attempt) {
  json::object object;
  object["number"] = attempt.number;
  object["provider"] = attempt.provider;
  if (!attempt.account.value.empty()) object["account"] = attempt.account.value;
  object["outcome"] = attempt.outcome;
  if (attempt.status != 0) object["status"] = attempt.status;
  object["sent"] = attempt.sent;
  if (attempt.points != 0) object["points"] = attempt.points;
  object["started"] = seconds(attempt.started);
  object["ended"] = seconds(attempt.ended);
  return object;
}

json::array attempts_of(const JobPicture& picture) {
  json::array attempts;
  for (const auto& attempt : picture.attempts) attempts.push_back(attempt_object(attempt));
  return attempts;
}

json::object picture_object(const JobPicture& picture, std::size_t index,
                            std::string_view request_id) {
  json::object object;
  object["index"] = index;
  object["status"] = text(to_string(picture.status));
  object["seed"] = picture.seed;
  if (picture.size.area() > 0) object["size"] = to_string(picture.size);
  if (picture.stored) object["output_format"] = text(to_string(picture.stored->format));
  object["attempts"] = attempts_of(picture);
  object["error"] = error_or_null(picture.error, request_id);
  return object;
}

void add_place(json::object& object, const Job& job) {
  if (job.position == 0) return;
  object["position"] = job.position;
  object["queue_length"] = job.queue_length;
}

// All but the result.
json::object facts_of(const Job& job, std::string_view request_id) {
  json::object object;
  object["id"] = job_name(job.info.id);
  object["object"] = "job";
  object["status"] = text(to_string(job.status));
  object["kind"] = text(kind_name(job.info.kind));
  object["model"] = job.info.model;
  object["route"] = route_object(job.route);
  object["prompt"] = job.info.prompt;
  object["n"] = job.info.n;
  object["created_at"] = seconds(job.info.created);
  object["started_at"] = seconds(job.started);
  object["finished_at"] = seconds(job.finished);
  if (job.points > 0) object["points"] = job.points;
  add_place(object, job);
  if (job.cancel_requested) object["cancel_requested"] = true;
  json::array pictures;
  for (std::size_t i = 0; i < job.pictures.size(); ++i)
    pictures.push_back(picture_object(job.pictures[i], i, request_id));
  object["pictures"] = std::move(pictures);
  object["error"] = error_or_null(job.error, request_id);
  return object;
}

}  // namespace

std::string job_name(const RequestId& id) {
  return std::string(kPrefix) + id.value;
}

RequestId job_id(std::string_view name) {
  if (!name.starts_with(kPrefix)) return {};
  return RequestId{std::string(name.substr(kPrefix.size()))};
}

AnswerTerms job_terms(const Job& job, const ImageLinks& links, const std::string& origin,
                      const std::string& request_id) {
  AnswerTerms terms;
  const auto made = seconds(job.finished);
  terms.created = made.is_int64() ? made.as_int64() : 0;
  terms.form = job.info.form;
  terms.background = job.info.output.background;
  terms.safety_identifier = job.info.safety_identifier;
  terms.request_id = request_id;
  terms.link = [&links, origin](const StoredPicture& picture) {
    return origin + links.path(picture.file_name());
  };
  return terms;
}

std::vector<SharedBytes> job_object(const Job& job, std::optional<http::Response> result,
                                    std::string_view request_id) {
  auto begin = json::serialize(facts_of(job, request_id));
  begin.back() = ',';
  begin += "\"result\":";
  if (!result) return {share(begin += "null}")};
  std::vector<SharedBytes> pieces{share(std::move(begin))};
  for (auto& piece : result->pieces) pieces.push_back(std::move(piece));
  pieces.push_back(share("}"));
  return pieces;
}

std::string removed_job(const RequestId& id) {
  json::object object;
  object["id"] = job_name(id);
  object["object"] = "job";
  object["deleted"] = true;
  return json::serialize(object);
}

std::string ShortJobs::text(const Job& job) const {
  std::optional<http::Response> result;
  const auto made = is_over(job.status) && !origin_.empty() ? desk_.outline(job)
                                                            : Result<Generation>(fail(Error()));
  if (made) {
    auto terms = job_terms(job, links_, origin_, request_id_);
    terms.form = ResponseForm::url;
    result = render_generation(*made, terms);
  }
  std::string all;
  for (const auto& piece : job_object(job, std::move(result), request_id_)) all += *piece;
  return all;
}

}  // namespace gw::api
