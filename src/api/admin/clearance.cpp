#include "api/admin/clearance.hpp"

#include "api/admin/audit.hpp"
#include "api/admin/json.hpp"
#include "api/admin/upstreams.hpp"
#include "api/json_body.hpp"
#include "base/json.hpp"

#include <chrono>
#include <string>

namespace gw::api {
namespace {

namespace json = boost::json;

// "Copy as cURL" of a page with many cookies is some ten kilobytes.
constexpr std::size_t kLongestText = 48'000;
constexpr std::size_t kLongestUserAgent = 512;
constexpr std::int64_t kLatestTime = 4'102'444'800;  // 2100, in seconds

json::object clearance_json(std::string_view provider, const ClearanceView& view) {
  json::object object;
  object["id"] = json_text(provider);
  object["object"] = "admin.clearance";
  object["zone"] = json_text(view.zone);
  object["state"] = json_text(to_string(view.state));
  object["reason"] = json_text(view.reason);
  object["ray"] = json_text(view.ray);
  object["last_probe"] = json_text(view.last_probe);
  object["until"] = json_time(view.until);
  auto& cookies = object["cookies"].emplace_array();
  for (const auto& cookie : view.cookies) cookies.emplace_back(json_text(cookie));
  object["user_agent"] = json_text(view.user_agent);
  object["obtained_at"] = json_time(view.obtained);
  object["expires_at"] = json_time(view.expires);
  object["ends_soon"] = view.ends_soon;
  return object;
}

Error required(std::string param, std::string_view what) {
  return Error::invalid_request(std::move(param), std::string(what))
      .with_code("missing_required_parameter");
}

}  // namespace

Result<PastedClearance> parse_clearance(std::string_view body) {
  GW_TRY(const auto object, parse_json_object(body));
  JsonFields fields(object);
  GW_TRY(auto text, fields.string("text", kLongestText));
  GW_TRY(auto user_agent, fields.string("user_agent", kLongestUserAgent));
  GW_TRY(const auto expires, fields.integer("expires_at", 0, kLatestTime));
  if (const auto unread = fields.unread(1); !unread.empty()) {
    return fail(Error::invalid_request(std::string(unread.front().substr(0, 64)),
                                       "this is not a field of a clearance"));
  }
  if (!text || text->empty()) return fail(required("text", "`text` is required: what you copied"));
  PastedClearance pasted;
  pasted.text = Secret(*std::move(text));
  pasted.user_agent = std::move(user_agent).value_or("");
  if (expires) pasted.expires = WallTime(std::chrono::seconds(*expires));
  return pasted;
}

Result<ClearanceDoor*> ClearanceEndpoint::door_in(const http::Request& request) const {
  GW_TRY(auto* provider, provider_in(providers_, request));
  if (auto* door = provider->clearance_door()) return door;
  return fail(Error::not_found("this upstream has no edge that takes a clearance"));
}

http::Response ClearanceEndpoint::changed(const http::Request& request,
                                          const RequestContext& context, std::string_view did,
                                          const ClearanceView& view) {
  const auto& provider = request.param("provider");
  log_change(log_, context, did, provider);
  return json_answer(clearance_json(provider, view));
}

Task<http::Response> ClearanceEndpoint::list(http::Request, RequestContext&) {
  json::array data;
  for (auto* provider : providers_) {
    if (const auto* door = provider->clearance_door())
      data.emplace_back(clearance_json(provider->name(), door->clearance()));
  }
  co_return json_list(std::move(data));
}

Task<http::Response> ClearanceEndpoint::paste(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto* door, door_in(request));
  GW_CO_CHECK(expect_json(request.headers));
  GW_CO_TRY(auto pasted, parse_clearance(request.body));
  GW_CO_TRY(const auto view, co_await door->paste(std::move(pasted)));
  co_return changed(request, context, "clearance_pasted", view);
}

Task<http::Response> ClearanceEndpoint::try_again(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto* door, door_in(request));
  GW_CO_TRY(const auto view, co_await door->try_again());
  co_return changed(request, context, "clearance_tried_again", view);
}

Task<http::Response> ClearanceEndpoint::try_without(http::Request request,
                                                    RequestContext& context) {
  GW_CO_TRY(auto* door, door_in(request));
  GW_CO_TRY(const auto view, door->try_without());
  co_return changed(request, context, "clearance_tried_without", view);
}

Task<http::Response> ClearanceEndpoint::forget(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto* door, door_in(request));
  GW_CO_TRY(const auto view, co_await door->forget());
  co_return changed(request, context, "clearance_forgotten", view);
}

}  // namespace gw::api
