#include "api/ops/health.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace gw::api {

namespace json = boost::json;

http::Response HealthEndpoint::overview() const {
  const auto view = view_();
  json::object body;
  body["status"] = "ok";
  body["version"] = GW_VERSION;
  body["provider"] = view.provider;
  body["demo"] = view.demo;
  body["ready"] = view.not_ready.empty();
  body["queue"] =
      json::object{{"queued", view.queued}, {"running", view.running}, {"slots", view.slots}};
  return http::json_response(200, json::serialize(body));
}

http::Response HealthEndpoint::live() const {
  return http::json_response(200, R"({"status":"ok"})");
}

http::Response HealthEndpoint::ready() const {
  const auto view = view_();
  if (view.not_ready.empty()) return http::json_response(200, R"({"status":"ready"})");
  json::array reasons;
  for (const auto& reason : view.not_ready) reasons.emplace_back(reason);
  const json::object body{{"status", "not_ready"}, {"reasons", std::move(reasons)}};
  return http::json_response(503, json::serialize(body));
}

}  // namespace gw::api
