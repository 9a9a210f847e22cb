// words.hpp: the structures that are kept as JSON.
#include "storage/records/words.hpp"

#include <boost/json.hpp>

#include <array>
#include <mutex>
#include <set>

namespace gw::records {
namespace {

namespace json = boost::json;

constexpr std::array kRoles{"reference", "mask", "original", "retouch_mask"};

// An error's code is a string with static storage. Those of our own program come back from here:
// the few words that its releases have written, each kept once.
std::string_view kept_code(std::string_view code) {
  static std::mutex mutex;
  static std::set<std::string, std::less<>> codes;
  const std::scoped_lock lock(mutex);
  constexpr std::size_t kMany = 1000;  // nobody's tampering shall fill the memory
  const auto found = codes.find(code);
  if (found != codes.end()) return *found;
  return codes.size() < kMany ? std::string_view(*codes.emplace(code).first) : std::string_view();
}

ErrorKind kind_of(std::string_view text) {
  for (int i = 0; i <= static_cast<int>(ErrorKind::cancelled); ++i) {
    if (to_string(static_cast<ErrorKind>(i)) == text) return static_cast<ErrorKind>(i);
  }
  return ErrorKind::internal;
}

InputRow::Role role_of(std::string_view text) {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == text) return static_cast<InputRow::Role>(i);
  }
  return InputRow::Role::reference;
}

// What is not JSON, or not the JSON that we write, was tampered with: it reads as empty.
json::value parse(const std::string& text) {
  boost::system::error_code error;
  return json::parse(text, error);
}

json::array array_of(const std::string& text) {
  auto value = parse(text);
  return value.is_array() ? std::move(value.get_array()) : json::array();
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t number_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value) return 0;
  boost::system::error_code error;
  return value->to_number<std::uint64_t>(error);
}

json::object packed(const InputRow& input) {
  return {{"role", kRoles.at(static_cast<std::size_t>(input.role))},
          {"blob", input.blob},
          {"format", word(input.format)},
          {"width", input.size.width},
          {"height", input.size.height},
          {"digest", hex(input.digest)},
          {"bytes", input.bytes}};
}

InputRow unpacked(const json::object& input) {
  InputRow row;
  row.role = role_of(text_of(input, "role"));
  row.blob = text_of(input, "blob");
  row.format = from_word<ImageFormat>(text_of(input, "format"));
  row.size = {static_cast<std::uint32_t>(number_of(input, "width")),
              static_cast<std::uint32_t>(number_of(input, "height"))};
  row.digest = digest_of(text_of(input, "digest"));
  row.bytes = number_of(input, "bytes");
  return row;
}

WallTime time_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return wall_time(value && value->is_int64() ? value->get_int64() : 0);
}

json::object packed(const TryRecord& attempt) {
  return {{"number", attempt.number},
          {"provider", attempt.provider},
          {"account", attempt.account.value},
          {"outcome", attempt.outcome},
          {"status", attempt.status},
          {"detail", attempt.detail},
          {"sent", attempt.sent},
          {"points", attempt.points},
          {"started", number(attempt.started)},
          {"ended", number(attempt.ended)}};
}

TryRecord unpacked_attempt(const json::object& attempt) {
  TryRecord record;
  record.number = static_cast<int>(number_of(attempt, "number"));
  record.provider = text_of(attempt, "provider");
  record.account = {text_of(attempt, "account")};
  record.outcome = text_of(attempt, "outcome");
  record.status = static_cast<int>(number_of(attempt, "status"));
  record.detail = text_of(attempt, "detail");
  const auto* sent = attempt.if_contains("sent");
  record.sent = sent && sent->is_bool() && sent->get_bool();
  record.points = static_cast<std::int64_t>(number_of(attempt, "points"));
  record.started = time_of(attempt, "started");
  record.ended = time_of(attempt, "ended");
  return record;
}

}  // namespace

std::string pack(const std::vector<std::string>& list) {
  if (list.empty()) return "[]";
  return json::serialize(json::value_from(list));
}

std::string pack(const std::vector<InputRow>& inputs) {
  if (inputs.empty()) return "[]";
  json::array array;
  for (const auto& input : inputs) array.push_back(packed(input));
  return json::serialize(array);
}

std::optional<std::string> pack(const std::optional<Error>& error) {
  if (!error) return std::nullopt;
  json::object object{{"kind", to_string(error->kind())}, {"message", error->message()}};
  if (!error->detail().empty()) object["detail"] = error->detail();
  if (!error->param().empty()) object["param"] = error->param();
  if (!error->code().empty()) object["code"] = error->code();
  if (error->retry_after()) object["retry_after_ms"] = error->retry_after()->count();
  if (error->retry_useless()) object["retry_useless"] = true;
  return json::serialize(object);
}

std::string pack(const std::vector<TryRecord>& attempts) {
  if (attempts.empty()) return "[]";
  json::array array;
  for (const auto& attempt : attempts) array.push_back(packed(attempt));
  return json::serialize(array);
}

Secret pack(const std::map<std::string, Secret>& credentials) {
  json::object object;
  for (const auto& [name, value] : credentials) object[name] = value.reveal();
  return Secret(json::serialize(object));
}

std::string pack(const std::shared_ptr<const RouteNote>& route) {
  if (!route) return {};
  json::array rejected;
  for (const auto& [provider, model, reason] : route->rejected)
    rejected.push_back(json::object{{"provider", provider}, {"model", model}, {"reason", reason}});
  return json::serialize(
      json::object{{"strategy", to_string(route->strategy)}, {"rejected", std::move(rejected)}});
}

std::vector<std::string> unpack_list(const std::string& text) {
  std::vector<std::string> list;
  if (text == "[]") return list;
  for (const auto& value : array_of(text)) {
    if (value.is_string()) list.emplace_back(value.get_string());
  }
  return list;
}

std::vector<InputRow> unpack_inputs(const std::string& text) {
  std::vector<InputRow> inputs;
  if (text == "[]") return inputs;
  for (const auto& value : array_of(text)) {
    if (value.is_object()) inputs.push_back(unpacked(value.get_object()));
  }
  return inputs;
}

std::vector<TryRecord> unpack_attempts(const std::string& text) {
  std::vector<TryRecord> attempts;
  if (text == "[]") return attempts;
  for (const auto& value : array_of(text)) {
    if (value.is_object()) attempts.push_back(unpacked_attempt(value.get_object()));
  }
  return attempts;
}

std::map<std::string, Secret> unpack_credentials(const Secret& text) {
  std::map<std::string, Secret> credentials;
  const auto value = parse(text.reveal());
  if (!value.is_object()) return credentials;
  for (const auto& [name, secret] : value.get_object()) {
    if (secret.is_string()) credentials.emplace(name, Secret(std::string(secret.get_string())));
  }
  return credentials;
}

std::shared_ptr<const RouteNote> unpack_route(const std::string& text) {
  if (text.empty()) return nullptr;
  const auto value = parse(text);
  if (!value.is_object()) return nullptr;
  RouteNote note;
  note.strategy =
      route_strategy_of(text_of(value.get_object(), "strategy")).value_or(RouteStrategy::priority);
  const auto* rejected = value.get_object().if_contains("rejected");
  const auto* list = rejected ? rejected->if_array() : nullptr;
  for (const auto& entry : list ? *list : json::array()) {
    if (!entry.is_object()) continue;
    const auto& route = entry.get_object();
    note.rejected.push_back(
        {text_of(route, "provider"), text_of(route, "model"), text_of(route, "reason")});
  }
  return std::make_shared<const RouteNote>(std::move(note));
}

Error unpack_error(const std::string& text) {
  const auto value = parse(text);
  if (!value.is_object()) return Error::internal("an unreadable error in the records");
  const auto& object = value.get_object();
  Error error(kind_of(text_of(object, "kind")), text_of(object, "message"));
  if (object.contains("detail")) error = std::move(error).with_detail(text_of(object, "detail"));
  if (object.contains("param")) error = std::move(error).with_param(text_of(object, "param"));
  if (object.contains("code"))
    error = std::move(error).with_code(kept_code(text_of(object, "code")));
  if (object.contains("retry_after_ms")) {
    error = std::move(error).with_retry_after(
        std::chrono::milliseconds(number_of(object, "retry_after_ms")));
  }
  if (object.contains("retry_useless")) error = std::move(error).without_retry();
  return error;
}

}  // namespace gw::records
