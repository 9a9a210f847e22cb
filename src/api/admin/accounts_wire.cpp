#include "api/admin/accounts_wire.hpp"

#include "api/admin/json.hpp"
#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestLabel = 200;
constexpr std::size_t kLongestCredential = 8'192;
constexpr std::size_t kMostCredentials = 16;
constexpr std::size_t kMostModels = 200;
constexpr int kMostWeight = 100;
constexpr int kMostParallel = 1'000;

using Credentials = std::map<std::string, std::optional<Secret>>;

Error wrong(std::string param, std::string_view what) {
  auto message = fmt::format("`{}` {}", param, what);
  return Error::invalid_request(std::move(param), std::move(message));
}

// "session_cookie": no more than that may become part of an error's `param`.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// What goes into a header or a form of the upstream: nothing that could end its line.
bool is_one_line(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Result<std::optional<Secret>> parse_credential(std::string_view name, const json::value& value) {
  const auto param = "credentials." + std::string(name);
  if (value.is_null()) return std::nullopt;
  const auto* text = value.if_string();
  if (!text || text->empty() || text->size() > kLongestCredential)
    return fail(wrong(
        param, fmt::format("must be a string of 1 to {} bytes, or null", kLongestCredential)));
  const std::string_view bytes(text->data(), text->size());
  if (!is_one_line(bytes)) return fail(wrong(param, "must be one line without control characters"));
  return Secret(std::string(bytes));
}

Result<Credentials> parse_credentials(const json::object& body, JsonFields& fields) {
  Credentials credentials;
  if (!fields.present("credentials")) return credentials;
  const auto* object = body.at("credentials").if_object();
  if (!object || object->size() > kMostCredentials)
    return fail(wrong("credentials", R"(must be an object such as {"email": "…"})"));
  for (const auto& [key, value] : *object) {
    const std::string_view name(key.data(), key.size());
    if (!is_name(name)) return fail(wrong("credentials", "has a name that none can have"));
    GW_TRY(auto credential, parse_credential(name, value));
    credentials.insert_or_assign(std::string(name), std::move(credential));
  }
  return credentials;
}

Result<std::optional<std::vector<std::string>>> parse_models(const json::object& body,
                                                             JsonFields& fields) {
  if (!fields.present("models")) return std::nullopt;
  const auto* list = body.at("models").if_array();
  const auto bad = [] {
    return fail(
        wrong("models",
              fmt::format("must be a list of at most {} model ids of the upstream", kMostModels)));
  };
  if (!list || list->size() > kMostModels) return bad();
  std::vector<std::string> models;
  for (const auto& value : *list) {
    const auto* text = value.if_string();
    if (!text || text->empty() || text->size() > kLongestLabel) return bad();
    models.emplace_back(text->data(), text->size());
  }
  return models;
}

Result<void> expect_all_read(const JsonFields& fields) {
  const auto unread = fields.unread(1);
  if (unread.empty()) return {};
  return fail(
      wrong(std::string(unread.front().substr(0, kLongestName)), "is not a field of an account"));
}

Result<AccountChange> parse_fields(const json::object& body, JsonFields& fields) {
  AccountChange change;
  GW_TRY(change.label, fields.string("label", kLongestLabel));
  if (change.label && !is_one_line(*change.label)) return fail(wrong("label", "must be one line"));
  GW_TRY(change.credentials, parse_credentials(body, fields));
  GW_TRY(const auto weight, fields.integer("weight", 1, kMostWeight));
  if (weight) change.weight = static_cast<int>(*weight);
  GW_TRY(const auto parallel, fields.integer("parallel", 0, kMostParallel));
  if (parallel) change.parallel = static_cast<int>(*parallel);
  GW_TRY(change.models, parse_models(body, fields));
  GW_TRY(change.enabled, fields.boolean("enabled"));
  GW_CHECK(expect_all_read(fields));
  return change;
}

json::value allowance_json(const std::optional<Allowance>& allowance) {
  if (!allowance) return nullptr;
  return json::object{{"points", json_number(allowance->points)},
                      {"drawn_today", json_number(allowance->drawn_today)},
                      {"daily_limit", json_number(allowance->daily_limit)},
                      {"read_at", json_time(allowance->read)}};
}

json::array credential_names(const AccountSettings& account) {
  json::array names;
  for (const auto& [name, value] : account.credentials) names.emplace_back(json_text(name));
  return names;
}

}  // namespace

Result<AccountSettings> parse_new_account(std::string_view body) {
  GW_TRY(const auto object, parse_json_object(body));
  JsonFields fields(object);
  GW_TRY(const auto provider, fields.string("provider", kLongestName));
  if (!provider) {
    return fail(wrong("provider", "is required: the name of an upstream")
                    .with_code("missing_required_parameter"));
  }
  GW_TRY(auto read, parse_fields(object, fields));
  AccountSettings account;
  account.provider = *provider;
  account.label = std::move(read.label).value_or("");
  for (auto& [name, value] : read.credentials) {
    if (value) account.credentials.emplace(name, *std::move(value));
  }
  account.weight = read.weight.value_or(account.weight);
  account.parallel = read.parallel.value_or(account.parallel);
  account.models = std::move(read.models).value_or(std::vector<std::string>());
  account.enabled = read.enabled.value_or(true);
  account.origin = AccountOrigin::admin;
  return account;
}

Result<AccountChange> parse_account_change(std::string_view body) {
  GW_TRY(const auto object, parse_json_object(body));
  JsonFields fields(object);
  return parse_fields(object, fields);
}

json::object account_json(const AccountEntry& entry) {
  const auto& account = entry.settings;
  json::object object;
  object["id"] = json_text(account.id.value);
  object["object"] = "admin.account";
  object["provider"] = json_text(account.provider);
  object["label"] = json_text(account.label);
  object["origin"] = account.origin == AccountOrigin::config ? "config" : "admin";
  object["enabled"] = account.enabled;
  object["weight"] = account.weight;
  object["parallel"] = account.parallel;
  auto& models = object["models"].emplace_array();
  for (const auto& model : account.models) models.emplace_back(json_text(model));
  object["credentials"] = credential_names(account);
  object["state"] = json_text(to_string(entry.view.state));
  object["reason"] = json_text(entry.view.reason);
  object["until"] = json_time(entry.view.until);
  object["leases"] = entry.view.leases;
  object["allowance"] = allowance_json(entry.view.allowance);
  object["last_used_at"] = json_time(entry.view.last_used);
  return object;
}

json::object finding_json(const AccountFinding& finding) {
  json::object object;
  object["state"] = json_text(to_string(finding.state));
  object["reason"] = json_text(finding.reason);
  object["rest_seconds"] = finding.rest ? json::value(finding.rest->count()) : json::value();
  object["allowance"] = allowance_json(finding.allowance);
  return object;
}

}  // namespace gw::api
