// What the rows of the tables of settings are made of. Only they include it.
#pragma once

#include "api/route_json.hpp"
#include "app/account_settings.hpp"
#include "app/settings.hpp"
#include "app/value_parsers.hpp"
#include "base/text.hpp"
#include "providers/dreamifly/cookie.hpp"
#include "telemetry/log_line.hpp"
#include "transport/extra_headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace gw::app::rows {

namespace chrono = std::chrono;
using namespace std::chrono_literals;

inline constexpr chrono::milliseconds kYear = 24h * 365;
inline constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint32_t>::max();

template <class Field, class Value>
Taken put(Field& field, Parsed<Value> value) {
  if (!value) return std::unexpected(std::move(value).error());
  if constexpr (std::is_convertible_v<Value, Field>) {
    field = static_cast<Field>(std::move(*value));
  } else {
    field = Field(std::move(*value));
  }
  return {};
}

template <class Duration>
Taken put_time(Duration& field, const std::string& text, chrono::milliseconds least,
               chrono::milliseconds most = kYear) {
  auto value = parse_duration(text, least, most);
  if (!value) return std::unexpected(std::move(value).error());
  const auto whole = chrono::floor<Duration>(*value);
  if (whole != *value) {
    const auto unit = chrono::duration_cast<chrono::milliseconds>(Duration{1});
    return std::unexpected(must_be("whole multiples of " + show_duration(unit), text));
  }
  field = whole;
  return {};
}

// Old settings carry the header's whole value; only the token itself is kept.
inline std::string without_bearer(const std::string& text) {
  constexpr std::string_view kScheme = "bearer ";
  if (!equals_ignoring_case(std::string_view(text).substr(0, kScheme.size()), kScheme)) return text;
  return std::string(trim(std::string_view(text).substr(kScheme.size())));
}

inline bool is_minute_token(std::string_view text) {
  return text.size() == 32 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

inline Taken take_auth_token(Draft& draft, const std::string& text) {
  const auto token = without_bearer(text);
  if (is_minute_token(token)) {
    return std::unexpected(
        "this is a per-minute token, dead within two minutes; set DREAMIFLY_SITE_KEY");
  }
  if (is_placeholder(token)) return std::unexpected("is still the placeholder of an example");
  return put(draft.dreamifly.static_token, parse_credential(token));
}

inline Taken take_email(Draft& draft, const std::string& text) {
  const auto at = text.find('@');
  const bool plausible = at != std::string::npos && at > 0 && at + 1 < text.size() &&
                         is_utf8(text) && text.find_first_of(" \t\r\n\"<>") == std::string::npos;
  if (!plausible) return std::unexpected(must_be("an email address", text));
  draft.dreamifly.email = text;
  return {};
}

// It travels in JSON, so anything that is text will do.
inline Taken take_password(Draft& draft, const std::string& text) {
  if (!is_utf8(text) || text.contains('\0')) return std::unexpected("must be text in UTF-8");
  draft.dreamifly.password = Secret(text);
  return {};
}

inline Taken take_session_cookie(Draft& draft, const std::string& text) {
  if (const auto cookie = dreamifly::read_pasted_session(text); !cookie)
    return std::unexpected(cookie.error());
  draft.dreamifly.session_cookie = Secret(text);
  return {};
}

inline Taken put_headers(ExtraHeaders& field, const std::string& text) {
  auto given = parse_text_map(text, EmptyValues::refused);
  if (!given) return std::unexpected(std::move(given).error());
  return put(field, check_extra_headers(*given));
}

inline Taken take_extensions(Draft& draft, const std::string& text) {
  const auto on = parse_switch(text);
  if (!on) return std::unexpected(on.error());
  draft.openai.extensions =
      *on == Switch::on ? openai::Extensions::passed_on : openai::Extensions::left_out;
  return {};
}

inline Taken take_fetch(Draft& draft, const std::string& text) {
  const auto on = parse_switch(text);
  if (!on) return std::unexpected(on.error());
  draft.config.fetch_remote_images = *on == Switch::on;
  return {};
}

inline Taken take_hopeless(Draft& draft, const std::string& text) {
  using api::HopelessWaits;
  const auto on = parse_switch(text);
  if (!on) return std::unexpected(on.error());
  draft.config.hopeless_waits = *on == Switch::on ? HopelessWaits::refused : HopelessWaits::taken;
  return {};
}

inline Taken take_store(api::StorePictures& field, const std::string& text) {
  const auto on = parse_switch(text);
  if (!on) return std::unexpected(on.error());
  field = *on == Switch::on ? api::StorePictures::on : api::StorePictures::off;
  return {};
}

inline Taken take_api_key(Draft& draft, const std::string& text) {
  return put(draft.config.api_master_key, parse_own_key(text));
}

inline Taken take_file(std::filesystem::path& field, const std::string& text) {
  if (text.find('\0') != std::string::npos) return std::unexpected("holds a NUL byte");
  field = text;
  return {};
}

inline Taken take_elsewhere(Draft&, const std::string&) {
  return {};
}

inline std::string show_nothing(const Draft&) {
  return {};
}

inline std::string show(const Secret& secret) {
  return secret.empty() ? "" : "***";
}

inline std::string show(const std::map<std::string, std::string>& map) {
  return map.empty() ? std::string() : show_text_map(map);
}

inline std::string show(const ExtraHeaders& headers) {
  std::map<std::string, std::string> shown;
  for (const auto& [name, value] : headers) shown[name] = show(value);
  return show(shown);
}

inline std::string show(const std::vector<std::string>& list) {
  return fmt::format("{}", fmt::join(list, ", "));
}

using Empty = Setting::Empty;
inline constexpr auto kKnown = Standing::known;

}  // namespace gw::app::rows

namespace gw::app {

// The tables, in the order of the documentation.
std::span<const Setting> upstream_settings();  // keys, upstreams, models and styles, chat
std::span<const Setting> gateway_settings();   // server, queue, pictures, operation

}  // namespace gw::app
