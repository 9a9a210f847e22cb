#include "api/admin/accounts.hpp"

#include "api/admin/accounts_wire.hpp"
#include "api/admin/audit.hpp"
#include "api/admin/json.hpp"
#include "api/json_body.hpp"

#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;

AccountId id_of(const http::Request& request) {
  return AccountId{request.param("id")};
}

}  // namespace

Task<http::Response> AccountsEndpoint::list(http::Request, RequestContext&) {
  json::array data;
  for (const auto& entry : desk_.list()) data.emplace_back(account_json(entry));
  co_return json_list(std::move(data));
}

Task<http::Response> AccountsEndpoint::item(http::Request request, RequestContext&) {
  GW_CO_TRY(const auto entry, desk_.get(id_of(request)));
  co_return json_answer(account_json(entry));
}

Task<http::Response> AccountsEndpoint::add(http::Request request, RequestContext& context) {
  GW_CO_CHECK(expect_json(request.headers));
  GW_CO_TRY(auto account, parse_new_account(request.body));
  GW_CO_TRY(const auto entry, co_await desk_.add(std::move(account)));
  log_change(log_, context, "account_added", entry.settings.id.value);
  auto response = json_answer(account_json(entry), 201);
  response.headers.set("Location", "/admin/api/accounts/" + entry.settings.id.value);
  co_return response;
}

Task<http::Response> AccountsEndpoint::change(http::Request request, RequestContext& context) {
  GW_CO_CHECK(expect_json(request.headers));
  GW_CO_TRY(auto change, parse_account_change(request.body));
  GW_CO_TRY(const auto entry, co_await desk_.change(id_of(request), std::move(change)));
  log_change(log_, context, "account_changed", entry.settings.id.value);
  co_return json_answer(account_json(entry));
}

Task<http::Response> AccountsEndpoint::remove(http::Request request, RequestContext& context) {
  const auto id = id_of(request);
  GW_CO_CHECK(co_await desk_.remove(id));
  log_change(log_, context, "account_removed", id.value);
  co_return json_answer(
      {{"id", json_text(id.value)}, {"object", "admin.account"}, {"deleted", true}});
}

Task<http::Response> AccountsEndpoint::check(http::Request request, RequestContext& context) {
  GW_CO_TRY(const auto checked, co_await desk_.check(id_of(request)));
  log_change(log_, context, "account_checked", checked.entry.settings.id.value);
  co_return json_answer({{"object", "admin.account.check"},
                         {"finding", finding_json(checked.finding)},
                         {"account", account_json(checked.entry)}});
}

Task<http::Response> AccountsEndpoint::clear(http::Request request, RequestContext& context) {
  GW_CO_TRY(const auto entry, desk_.clear(id_of(request)));
  log_change(log_, context, "account_cleared", entry.settings.id.value);
  co_return json_answer(account_json(entry));
}

}  // namespace gw::api
