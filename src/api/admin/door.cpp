#include "api/admin/door.hpp"

#include "api/json_body.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kCsrfHeader = "x-csrf-token";
constexpr std::size_t kLongestKey = 1'024;

// A browser takes a name with this prefix over https only, so that nobody on the way can plant one.
std::string_view cookie_name(bool https) {
  return https ? "__Secure-gw-admin" : "gw-admin";
}

// All cookies of that name: somebody else's host may have set one for a whole domain.
std::vector<std::string_view> cookies(const http::Headers& headers, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [field, value] : headers) {
    if (!equals_ignoring_case(field, "cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = rest.find(';');
      const auto pair = trim(rest.substr(0, end));
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name)
        values.push_back(pair.substr(equals + 1));
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
  }
  return values;
}

std::optional<std::string_view> bearer(const http::Headers& headers) {
  const auto value = headers.find("authorization");
  if (!value) return std::nullopt;
  const auto text = trim(*value);
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos || !equals_ignoring_case(text.substr(0, blank), "bearer"))
    return std::nullopt;
  return trim(text.substr(blank));
}

bool brings_key(const http::Headers& headers) {
  return headers.contains("authorization") || headers.contains("api-key") ||
         headers.contains("x-api-key");
}

bool changes_something(const http::RequestHead& head) {
  return head.method != "GET" && head.method != "HEAD";
}

// No Path: that is the folder the browser sees, whatever path a proxy puts before ours.
std::string set_cookie(bool https, std::string_view id, std::chrono::seconds lasts) {
  return fmt::format("{}={}; HttpOnly; SameSite=Strict; Max-Age={}{}", cookie_name(https), id,
                     lasts.count(), https ? "; Secure" : "");
}

http::Response shown(const AdminSession* session) {
  json::object body{{"object", "admin.session"}};
  body["by"] = session ? "session" : "key";
  body["csrf_token"] = session ? json::value(session->csrf_token.reveal()) : json::value();
  body["expires_at"] = session ? json::value(std::chrono::floor<std::chrono::seconds>(
                                                 session->expires.time_since_epoch())
                                                 .count())
                               : json::value();
  body["idle_seconds"] =
      session ? json::value(std::chrono::seconds(AdminSessions::kIdle).count()) : json::value();
  return http::json_response(200, json::serialize(body));
}

Error sign_in_required() {
  return Error(ErrorKind::unauthenticated,
               "sign in at /admin with the admin key (ADMIN_KEY, or the one of the first start's "
               "message), or send it as `Authorization: Bearer <admin key>`")
      .with_code("admin_sign_in_required");
}

Error wrong_key() {
  return Error(ErrorKind::unauthenticated,
               "this is not the admin key; its operator set it as ADMIN_KEY, or finds it in the "
               "message of the first start")
      .with_code("invalid_admin_key");
}

}  // namespace

AdminDoor::AdminDoor(Secret key, ForwardedOptions forwarded, const Clock& clock, Random& random,
                     Log& log)
    : key_(std::move(key)),
      origin_(std::move(forwarded)),
      attempts_(clock),
      attempts_elsewhere_(clock),
      sessions_(clock, random),
      log_(log) {}

http::Guard AdminDoor::guard() {
  return [this](const http::RequestHead& head) { return admit(head); };
}

http::Guard AdminDoor::sign_in_guard() {
  return [this](const http::RequestHead& head) -> Result<CallerId> {
    GW_CHECK(expect_own_page(head));
    GW_CHECK(attempts_.may_try(origin_.client(head)));
    return CallerId{"nobody yet"};
  };
}

http::Guard AdminDoor::limited(http::Guard other) {
  return [this, other = std::move(other)](const http::RequestHead& head) -> Result<CallerId> {
    if (!brings_key(head.headers)) return other(head);
    const auto client = origin_.client(head);
    GW_CHECK(attempts_elsewhere_.may_try(client));
    auto entered = other(head);
    if (entered) {
      attempts_elsewhere_.succeeded(client);
    } else {
      attempts_elsewhere_.failed(client);
    }
    return entered;
  };
}

Result<CallerId> AdminDoor::admit(const http::RequestHead& head) {
  if (const auto key = bearer(head.headers)) return admit_key(head, *key);
  const auto* session = session_of(head);
  if (!session) return fail(sign_in_required());
  if (changes_something(head)) {
    GW_CHECK(expect_own_page(head));
    const auto token = head.headers.find(kCsrfHeader).value_or("");
    if (!session->csrf_token.equals(token)) {
      return fail(Error(ErrorKind::forbidden,
                        "a change needs the header X-CSRF-Token with the csrf_token of "
                        "GET /admin/api/session")
                      .with_code("csrf_token_wrong"));
    }
  }
  return CallerId{"session " + session->tag};
}

Result<CallerId> AdminDoor::admit_key(const http::RequestHead& head, std::string_view presented) {
  GW_CHECK(try_key(origin_.client(head), presented));
  return CallerId{"key"};
}

Result<void> AdminDoor::try_key(std::string_view client, std::string_view presented) {
  GW_CHECK(attempts_.may_try(client));
  if (!key_.empty() && key_.equals(presented)) {
    attempts_.succeeded(client);
    return {};
  }
  attempts_.failed(client);
  log_.warn("admin_key_refused", {{"client", client}});
  return fail(wrong_key());
}

Result<void> AdminDoor::expect_own_page(const http::RequestHead& head) const {
  if (origin_.is_same_site(head)) return {};
  return fail(Error(ErrorKind::forbidden,
                    "this comes from a page of another site, which may not change anything here")
                  .with_code("cross_origin"));
}

const AdminSession* AdminDoor::session_of(const http::RequestHead& head) {
  for (const auto id : cookies(head.headers, cookie_name(origin_.is_https(head)))) {
    if (const auto* session = sessions_.use(id)) return session;
  }
  return nullptr;
}

Result<http::Response> AdminDoor::sign_in(const http::Request& request,
                                          const RequestContext& context) {
  GW_CHECK(expect_json(request.headers));
  GW_TRY(const auto object, parse_json_object(request.body));
  JsonFields fields(object);
  GW_TRY(const auto key, fields.string("key", kLongestKey));
  if (!key) return fail(Error::invalid_request("key", "`key` is required: the admin key"));
  GW_CHECK(try_key(origin_.client(request), *key));
  const auto opened = sessions_.open();
  auto response = shown(&opened.session);
  response.headers.set("Set-Cookie", set_cookie(origin_.is_https(request), opened.id.reveal(),
                                                AdminSessions::kLongest));
  log_.info("admin_signed_in", {{"session", std::string_view(opened.session.tag)},
                                {"client", std::string_view(context.client)},
                                {"request_id", std::string_view(context.request_id)}});
  return response;
}

Result<http::Response> AdminDoor::session(const http::Request& request, const RequestContext&) {
  if (bearer(request.headers)) return shown(nullptr);
  return shown(session_of(request));
}

Result<http::Response> AdminDoor::sign_out(const http::Request& request,
                                           const RequestContext& context) {
  const bool https = origin_.is_https(request);
  for (const auto id : cookies(request.headers, cookie_name(https))) sessions_.close(id);
  log_.info("admin_signed_out", {{"by", std::string_view(context.caller.value)},
                                 {"client", std::string_view(context.client)}});
  auto response = http::json_response(200, R"({"object":"admin.session","signed_out":true})");
  response.headers.set("Set-Cookie", set_cookie(https, "", std::chrono::seconds(0)));
  return response;
}

}  // namespace gw::api
