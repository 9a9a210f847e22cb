#include "api/admin/upstreams.hpp"

#include "api/admin/audit.hpp"
#include "api/admin/json.hpp"
#include "core/ports/clearance_door.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;

// Most fields of a host that nobody knows are 0: it has never been given to the engine.
json::object slots_json(const HostView& host) {
  return {{"limit", host.limit}, {"held", host.held}, {"unsure", host.unsure}, {"free", host.free}};
}

json::object door_json(const HostView& host) {
  return {{"state", json_text(to_string(host.door))},
          {"reason", json_text(host.reason)},
          {"until", json_time(host.until)},
          {"trips", host.trips}};
}

json::array offered_models(const Provider& provider) {
  json::array models;
  for (const auto& model : provider.models()) {
    if (model.offered) models.emplace_back(json_text(model.id));
  }
  for (const auto* model : provider.discovered()) {
    if (model->offered) models.emplace_back(json_text(model->id));
  }
  return models;
}

json::object accounts_json(const std::vector<AccountView>& accounts) {
  const auto ready = std::ranges::count(accounts, AccountState::ready, &AccountView::state);
  return {{"total", accounts.size()}, {"ready", ready}};
}

json::value clearance_summary(Provider& provider) {
  const auto* door = provider.clearance_door();
  if (!door) return nullptr;
  const auto view = door->clearance();
  return json::object{{"state", json_text(to_string(view.state))},
                      {"reason", json_text(view.reason)}};
}

}  // namespace

Result<Provider*> provider_in(const std::vector<Provider*>& providers,
                              const http::Request& request) {
  const auto& name = request.param("provider");
  const auto found = std::ranges::find_if(
      providers, [&](const Provider* provider) { return provider->name() == name; });
  if (found != providers.end()) return *found;
  return fail(Error::not_found("there is no upstream of this name"));
}

Task<http::Response> UpstreamsEndpoint::list(http::Request, RequestContext&) {
  json::array data;
  for (auto* provider : providers_) data.emplace_back(shown(*provider));
  co_return json_list(std::move(data));
}

Task<http::Response> UpstreamsEndpoint::check(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto* provider, provider_in(providers_, request));
  const auto reached = co_await provider->reach();
  if (reached) engine_.try_one(provider->host());
  log_change(log_, context, "upstream_checked", provider->name());
  json::object answer{{"object", "admin.upstream.check"}};
  answer["reached"] = reached.has_value();
  answer["reason"] = json_text(reached ? std::string_view() : reached.error().message());
  answer["upstream"] = shown(*provider);
  co_return json_answer(answer);
}

json::object UpstreamsEndpoint::shown(Provider& provider) const {
  const auto host = engine_.host(provider.host()).value_or(HostView());
  json::object object;
  object["id"] = json_text(provider.name());
  object["object"] = "admin.upstream";
  object["host"] = json_text(provider.host().value);
  object["slots"] = slots_json(host);
  object["queued"] = host.ready;
  object["door"] = door_json(host);
  object["accounts"] = accounts_json(engine_.views(provider.host()));
  object["models"] = offered_models(provider);
  object["clearance"] = clearance_summary(provider);
  return object;
}

}  // namespace gw::api
