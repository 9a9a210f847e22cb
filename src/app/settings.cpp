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

namespace gw::app {
namespace {

namespace chrono = std::chrono;
using namespace std::chrono_literals;

constexpr chrono::milliseconds kYear = 24h * 365;
constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint32_t>::max();

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
std::string without_bearer(const std::string& text) {
  constexpr std::string_view kScheme = "bearer ";
  if (!equals_ignoring_case(std::string_view(text).substr(0, kScheme.size()), kScheme)) return text;
  return std::string(trim(std::string_view(text).substr(kScheme.size())));
}

bool is_minute_token(std::string_view text) {
  return text.size() == 32 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

Taken take_auth_token(Draft& draft, const std::string& text) {
  const auto token = without_bearer(text);
  if (is_minute_token(token)) {
    return std::unexpected(
        "this is a per-minute token, dead within two minutes; set DREAMIFLY_SITE_KEY");
  }
  if (is_placeholder(token)) return std::unexpected("is still the placeholder of an example");
  return put(draft.dreamifly.static_token, parse_credential(token));
}

Taken take_email(Draft& draft, const std::string& text) {
  const auto at = text.find('@');
  const bool plausible = at != std::string::npos && at > 0 && at + 1 < text.size() &&
                         is_utf8(text) && text.find_first_of(" \t\r\n\"<>") == std::string::npos;
  if (!plausible) return std::unexpected(must_be("an email address", text));
  draft.dreamifly.email = text;
  return {};
}

// It travels in JSON, so anything that is text will do.
Taken take_password(Draft& draft, const std::string& text) {
  if (!is_utf8(text) || text.contains('\0')) return std::unexpected("must be text in UTF-8");
  draft.dreamifly.password = Secret(text);
  return {};
}

Taken take_session_cookie(Draft& draft, const std::string& text) {
  if (const auto cookie = dreamifly::read_pasted_session(text); !cookie)
    return std::unexpected(cookie.error());
  draft.dreamifly.session_cookie = Secret(text);
  return {};
}

Taken put_headers(ExtraHeaders& field, const std::string& text) {
  auto given = parse_text_map(text, EmptyValues::refused);
  if (!given) return std::unexpected(std::move(given).error());
  return put(field, check_extra_headers(*given));
}

Taken take_extensions(Draft& draft, const std::string& text) {
  const auto on = parse_switch(text);
  if (!on) return std::unexpected(on.error());
  draft.openai.extensions =
      *on == Switch::on ? openai::Extensions::passed_on : openai::Extensions::left_out;
  return {};
}

Taken take_api_key(Draft& draft, const std::string& text) {
  return put(draft.config.api_master_key, parse_own_key(text));
}

Taken take_file(std::filesystem::path& field, const std::string& text) {
  if (text.find('\0') != std::string::npos) return std::unexpected("holds a NUL byte");
  field = text;
  return {};
}

Taken take_elsewhere(Draft&, const std::string&) {
  return {};
}

std::string show_nothing(const Draft&) {
  return {};
}

std::string show(const Secret& secret) {
  return secret.empty() ? "" : "***";
}

std::string show(const std::map<std::string, std::string>& map) {
  return map.empty() ? std::string() : show_text_map(map);
}

std::string show(const ExtraHeaders& headers) {
  std::map<std::string, std::string> shown;
  for (const auto& [name, value] : headers) shown[name] = show(value);
  return show(shown);
}

std::string show(const std::vector<std::string>& list) {
  return fmt::format("{}", fmt::join(list, ", "));
}

using Empty = Setting::Empty;
constexpr auto kKnown = Standing::known;

// Rows are long on purpose: what belongs to a setting stands in one place.
constexpr auto kSettings = std::to_array<Setting>({
    // --- Keys
    // -----------------------------------------------------------------------------------------
    {"Keys", "API_MASTER_KEY", "keys.api_master", kKnown, Shape::text, "a long random text",
     "Opens `/v1`. When missing it is made at the first start, kept in "
     "`DATA_DIR/keys/api_master_key` and printed once.",
     take_api_key, [](const Draft& d) { return show(d.config.api_master_key); }, Empty::refused},
    {"Keys", "ADMIN_KEY", "keys.admin", kKnown, Shape::text, "a long random text",
     "Opens `/metrics`; `/admin` too, once there is one. When missing it is made like the one "
     "above.",
     [](Draft& d, const std::string& t) { return put(d.config.admin_key, parse_own_key(t)); },
     [](const Draft& d) { return show(d.config.admin_key); }, Empty::refused},
    {"Keys", "METRICS_KEY", "keys.metrics", kKnown, Shape::text, "a long random text",
     "Opens `/metrics` and nothing else. Without it `/metrics` takes the admin key, or loopback.",
     [](Draft& d, const std::string& t) { return put(d.config.metrics_key, parse_own_key(t)); },
     [](const Draft& d) { return show(d.config.metrics_key); }, Empty::refused},

    // --- Dreamifly upstream
    // ---------------------------------------------------------------------------
    {"Dreamifly upstream", "DREAMIFLY_BASE_URL", "providers.dreamifly.base_url", kKnown,
     Shape::text, "`https://host[:port]`",
     "The Dreamifly server that draws. Without any upstream the built-in demo provider does.",
     [](Draft& d, const std::string& t) { return put(d.dreamifly.base_url, parse_origin(t)); },
     [](const Draft& d) { return d.dreamifly.base_url; }},
    {"Dreamifly upstream", "DREAMIFLY_SITE_KEY", "providers.dreamifly.site_key", kKnown,
     Shape::text, "text",
     "Per-minute scheme (servers since November 2025): the instance's own `NEXT_PUBLIC_API_KEY`.",
     [](Draft& d, const std::string& t) { return put(d.dreamifly.site_key, parse_credential(t)); },
     [](const Draft& d) { return show(d.dreamifly.site_key); }},
    {"Dreamifly upstream", "DREAMIFLY_AUTH_TOKEN", "providers.dreamifly.auth_token", kKnown,
     Shape::text, "text, with or without `Bearer `",
     "Static scheme (older servers): the fixed token.", take_auth_token,
     [](const Draft& d) { return show(d.dreamifly.static_token); }},
    {"Dreamifly upstream", "UPSTREAM_CONCURRENCY_LIMIT", "providers.dreamifly.concurrency_limit",
     kKnown, Shape::text, "whole number from 1",
     "Pictures drawn at a time by the upstream host (or by the demo provider). Default 2, or 1 "
     "while the upstream is used anonymously with a site key; the demo provider draws 4.",
     [](Draft& d, const std::string& t) {
       return put(d.concurrency, parse_whole_number(t, 1, 10'000));
     },
     [](const Draft& d) { return d.concurrency ? fmt::to_string(*d.concurrency) : std::string(); }},
    {"Dreamifly upstream", "UPSTREAM_PROXY", "providers.dreamifly.proxy", kKnown, Shape::text,
     "`http://host:port` or `socks5h://host:port`",
     "The way to the upstream. The proxy variables of the environment are ignored.",
     [](Draft& d, const std::string& t) { return put(d.dreamifly.proxy, parse_proxy(t)); },
     [](const Draft& d) { return show_proxy(d.dreamifly.proxy); }},
    {"Dreamifly upstream", "DREAMIFLY_EMAIL", "providers.dreamifly.email", kKnown, Shape::text,
     "an email address",
     "An account on the Dreamifly server, signed in with its password. Without an account the "
     "server "
     "draws after a wait and with its mark on the picture.",
     take_email, [](const Draft& d) { return d.dreamifly.email; }},
    {"Dreamifly upstream", "DREAMIFLY_PASSWORD", "providers.dreamifly.password", kKnown,
     Shape::text, "text", "The account's password.", take_password,
     [](const Draft& d) { return show(d.dreamifly.password); }},
    {"Dreamifly upstream", "DREAMIFLY_SESSION_COOKIE", "providers.dreamifly.session_cookie", kKnown,
     Shape::text, "the cookie's value, with or without its name",
     "In place of email and password: the cookie `better-auth.session_token` (or "
     "`__Secure-better-auth.session_token`) of a browser that is signed in.",
     take_session_cookie, [](const Draft& d) { return show(d.dreamifly.session_cookie); }},
    {"Dreamifly upstream", "DREAMIFLY_EXTRA_HEADERS", "providers.dreamifly.extra_headers", kKnown,
     Shape::map, R"(`{"header": "value"}`; a map in YAML)",
     "Fixed headers for every request to the server, such as a service token that its operator "
     "gave "
     "out.",
     [](Draft& d, const std::string& t) { return put_headers(d.dreamifly.extra_headers, t); },
     [](const Draft& d) { return show(d.dreamifly.extra_headers); }},

    // --- OpenAI-compatible upstream
    // -------------------------------------------------------------------
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_BASE_URL", "providers.openai.base_url", kKnown,
     Shape::text, "`https://host[:port][/path]`, with or without `/v1`",
     "A server that speaks the OpenAI Images API (OpenAI itself, LocalAI, new-api, another gateway "
     "like this one). Its models are drawn as `openai/<model>`, and under their own names where "
     "these are free; its chat models answer on `/v1/chat/completions`.",
     [](Draft& d, const std::string& t) { return put(d.openai.base_url, parse_base_url(t)); },
     [](const Draft& d) { return d.openai.base_url; }},
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_API_KEY", "providers.openai.api_key", kKnown,
     Shape::text, "text", "Its key.",
     [](Draft& d, const std::string& t) { return put(d.openai.api_key, parse_credential(t)); },
     [](const Draft& d) { return show(d.openai.api_key); }},
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_MODELS", "providers.openai.models", kKnown,
     Shape::list, "model ids between commas; a list in YAML",
     "Its models that draw. Default: those of its own list that are known to draw, looked at every "
     "ten minutes.",
     [](Draft& d, const std::string& t) { return put(d.openai.models, parse_names(t)); },
     [](const Draft& d) { return show(d.openai.models); }},
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_CONCURRENCY_LIMIT",
     "providers.openai.concurrency_limit", kKnown, Shape::text, "whole number from 1",
     "Pictures drawn at a time by it.",
     [](Draft& d, const std::string& t) {
       return put(d.openai.concurrency, parse_whole_number(t, 1, 10'000));
     },
     [](const Draft& d) { return fmt::to_string(d.openai.concurrency); }},
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_EXTENSIONS", "providers.openai.extensions",
     kKnown, Shape::text, "`on` or `off`",
     "Whether it knows `seed`, `negative_prompt` and `steps`, which OpenAI's API has not; LocalAI "
     "and gateways like this one do. Off: they have no effect with its models.",
     take_extensions,
     [](const Draft& d) {
       return std::string(d.openai.extensions == openai::Extensions::passed_on ? "on" : "off");
     }},
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_PREVIEWS", "providers.openai.previews", kKnown,
     Shape::text, "0 … 3",
     "Partial images asked for with a picture that somebody watches being drawn. They may cost.",
     [](Draft& d, const std::string& t) {
       return put(d.openai.previews, parse_whole_number(t, 0, openai::kMostPreviews));
     },
     [](const Draft& d) { return fmt::to_string(d.openai.previews); }},
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_PROXY", "providers.openai.proxy", kKnown,
     Shape::text, "`http://host:port` or `socks5h://host:port`", "The way to it.",
     [](Draft& d, const std::string& t) { return put(d.openai.proxy, parse_proxy(t)); },
     [](const Draft& d) { return show_proxy(d.openai.proxy); }},
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_EXTRA_HEADERS",
     "providers.openai.extra_headers", kKnown, Shape::map,
     R"(`{"header": "value"}`; a map in YAML)",
     "Fixed headers for every request to it, such as a service token that its operator gave out.",
     [](Draft& d, const std::string& t) { return put_headers(d.openai.extra_headers, t); },
     [](const Draft& d) { return show(d.openai.extra_headers); }},

    // --- Demo
    // -----------------------------------------------------------------------------------------
    {"Demo provider", "DEMO_DELAY_MS", "providers.demo.delay_ms", kKnown, Shape::text,
     "milliseconds, from 0", "How long the demo provider pretends to draw.",
     [](Draft& d, const std::string& t) {
       return put(d.config.demo.delay, parse_whole_number(t, 0, 3'600'000));
     },
     [](const Draft& d) { return fmt::to_string(d.config.demo.delay.count()); }},
    {"Demo provider", "DEMO_FAILURE_RATE", "providers.demo.failure_rate", kKnown, Shape::text,
     "number from 0 to 1", "The share of demo pictures that fail, decided by prompt and seed.",
     [](Draft& d, const std::string& t) { return put(d.config.demo.failure_rate, parse_share(t)); },
     [](const Draft& d) { return fmt::format("{}", d.config.demo.failure_rate); }},

    // --- Models and styles
    // ----------------------------------------------------------------------------
    {"Models and styles", "DEFAULT_MODEL", "default_model", kKnown, Shape::text,
     "a model id or alias", "The model of requests that name none. Default: the provider's first.",
     [](Draft& d, const std::string& t) -> Taken {
       d.config.default_model = t;
       return {};
     },
     [](const Draft& d) { return d.config.default_model; }},
    {"Models and styles", "MODEL_MAPPING", "models", kKnown, Shape::map,
     R"(`{"alias": "model id"}`; a map in YAML)", "More names under which models can be asked for.",
     [](Draft& d, const std::string& t) {
       return put(d.config.model_mapping, parse_text_map(t, EmptyValues::refused));
     },
     [](const Draft& d) { return show(d.config.model_mapping); }},
    {"Models and styles", "STYLE_MAPPING", "styles", kKnown, Shape::map,
     R"(`{"style": "prefix, "}`; a map in YAML)",
     "More styles: each puts its prefix in front of the prompt.",
     [](Draft& d, const std::string& t) {
       return put(d.config.style_mapping, parse_text_map(t, EmptyValues::allowed));
     },
     [](const Draft& d) { return show(d.config.style_mapping); }},

    // --- Chat
    // -----------------------------------------------------------------------------------------
    {"Chat", "CHAT_PICTURES", "chat.pictures", kKnown, Shape::text, "images, markdown, both",
     "Where a chat's answer has its pictures: as data URLs in `images`, shown behind a link in its "
     "text, or in both places.",
     [](Draft& d, const std::string& t) {
       return put(d.config.chat_pictures, parse_chat_pictures(t));
     },
     [](const Draft& d) { return std::string(to_string(d.config.chat_pictures)); }},

    // --- Server
    // ---------------------------------------------------------------------------------------
    {"Server", "HOST", "server.host", kKnown, Shape::text, "IP address",
     "Where to listen: `127.0.0.1` for this machine only, `0.0.0.0` or `::` for all.",
     [](Draft& d, const std::string& t) {
       return put(d.config.server.host, parse_listen_address(t));
     },
     [](const Draft& d) { return d.config.server.host; }},
    {"Server", "PORT", "server.port", kKnown, Shape::text, "0 … 65535",
     "The port; 0 takes a free one.",
     [](Draft& d, const std::string& t) {
       return put(d.config.server.port, parse_whole_number(t, 0, 65'535));
     },
     [](const Draft& d) { return fmt::to_string(d.config.server.port); }},
    {"Server", "PUBLIC_BASE_URL", "server.public_base_url", kKnown, Shape::text,
     "`https://host[/path]`",
     "How clients reach this server, for links to pictures. Default: the way the client came.",
     [](Draft& d, const std::string& t) {
       return put(d.config.public_base_url, parse_base_url(t));
     },
     [](const Draft& d) { return d.config.public_base_url; }},
    {"Server", "TRUSTED_PROXIES", "server.trusted_proxies", kKnown, Shape::list,
     "IP addresses or networks between commas; a list in YAML",
     "Reverse proxies whose `X-Forwarded-Proto`, `-Host` and `-For` are believed.",
     [](Draft& d, const std::string& t) {
       return put(d.config.trusted_proxies, parse_networks(t));
     },
     [](const Draft& d) { return show(d.config.trusted_proxies); }},
    {"Server", "MAX_CONNECTIONS", "server.max_connections", kKnown, Shape::text,
     "whole number from 1",
     "Open client connections; further ones are answered 503. Lowered, with a warning, when the "
     "limit of open files is too low for them and for uploads, which have at least a quarter.",
     [](Draft& d, const std::string& t) {
       return put(d.config.server.max_connections, parse_whole_number(t, 1, 1'000'000));
     },
     [](const Draft& d) { return fmt::to_string(d.config.server.max_connections); }},
    {"Server", "MAX_HEADER", "server.max_header", kKnown, Shape::text, "size, 1KiB … 1MiB",
     "Request line and headers together; over it 431.",
     [](Draft& d, const std::string& t) {
       return put(d.config.server.max_header_bytes, parse_size(t, 1024, 1 << 20));
     },
     [](const Draft& d) { return show_size(d.config.server.max_header_bytes); }},
    {"Server", "MAX_JSON_BODY", "server.max_json_body", kKnown, Shape::text, "size, 1KB … 1GB",
     "JSON request bodies; over it 413.",
     [](Draft& d, const std::string& t) {
       return put(d.config.max_json_body, parse_size(t, 1'000, 1'000'000'000));
     },
     [](const Draft& d) { return show_size(d.config.max_json_body); }},
    {"Server", "MAX_UPLOAD", "server.max_upload", kKnown, Shape::text, "size, 1KB … 100GB",
     "Multipart request bodies with pictures; over it 413. One picture is at most 50 MB.",
     [](Draft& d, const std::string& t) {
       return put(d.config.max_upload, parse_size(t, 1'000, 100'000'000'000));
     },
     [](const Draft& d) { return show_size(d.config.max_upload); }},
    {"Server", "MAX_BODIES_IN_MEMORY", "server.max_bodies_in_memory", kKnown, Shape::text,
     "size, 1MB … 1TB", "All request bodies that are being read, together; over it 503.",
     [](Draft& d, const std::string& t) {
       return put(d.config.server.max_body_memory, parse_size(t, 1'000'000, 1'000'000'000'000));
     },
     [](const Draft& d) { return show_size(d.config.server.max_body_memory); }},
    {"Server", "HEADER_TIME", "server.header_time", kKnown, Shape::text, "duration",
     "For the whole head of a request; then 408.",
     [](Draft& d, const std::string& t) {
       return put_time(d.config.server.header_time, t, 100ms, 1h);
     },
     [](const Draft& d) { return show_duration(d.config.server.header_time); }},
    {"Server", "BODY_TIME", "server.body_time", kKnown, Shape::text, "duration",
     "For the whole body of a request; then 408.",
     [](Draft& d, const std::string& t) {
       return put_time(d.config.server.body_time, t, 100ms, 24h);
     },
     [](const Draft& d) { return show_duration(d.config.server.body_time); }},
    {"Server", "IDLE_TIME", "server.idle_time", kKnown, Shape::text, "duration",
     "How long a connection may wait for its next request.",
     [](Draft& d, const std::string& t) {
       return put_time(d.config.server.idle_time, t, 100ms, 24h);
     },
     [](const Draft& d) { return show_duration(d.config.server.idle_time); }},
    {"Server", "WRITE_TIME", "server.write_time", kKnown, Shape::text, "duration",
     "How long a client may take nothing of its answer.",
     [](Draft& d, const std::string& t) {
       return put_time(d.config.server.write_time, t, 100ms, 24h);
     },
     [](const Draft& d) { return show_duration(d.config.server.write_time); }},
    {"Server", "HEARTBEAT_TIME", "server.heartbeat_time", kKnown, Shape::text,
     "duration, 10ms … 5m",
     "How often an answer that streams, or JSON with `x-heartbeat`, gives a sign of life.",
     [](Draft& d, const std::string& t) { return put_time(d.config.heartbeat, t, 10ms, 5min); },
     [](const Draft& d) { return show_duration(d.config.heartbeat); }},
    {"Server", "SHUTDOWN_GRACE", "server.shutdown_grace", kKnown, Shape::text, "duration",
     "How long running tasks may go on after SIGTERM or SIGINT.",
     [](Draft& d, const std::string& t) { return put_time(d.config.shutdown_grace, t, 0ms, 1h); },
     [](const Draft& d) { return show_duration(d.config.shutdown_grace); }},
    {"Server", "WEB_DIR", "server.web_dir", kKnown, Shape::text, "folder",
     "Files of the web page, in place of those built into the program.",
     [](Draft& d, const std::string& t) { return take_file(d.config.web_dir, t); },
     [](const Draft& d) { return d.config.web_dir.string(); }},
    {"Server", "LOG_LEVEL", "log_level", kKnown, Shape::text, "debug, info, warn, error, off",
     "What is written to standard error, one JSON line for each event.",
     [](Draft& d, const std::string& t) { return put(d.config.log_level, parse_log_level(t)); },
     [](const Draft& d) { return std::string(to_string(d.config.log_level)); }},
    {"Server", "CONFIG_FILE", "", kKnown, Shape::text, "file",
     "A YAML file with the settings of this table (flag `--config`).",
     [](Draft& d, const std::string& t) -> Taken {
       d.config_file = t;
       return {};
     },
     [](const Draft& d) { return d.config_file; }},
    {"Server", "NGINX_PORT", "", Standing::elsewhere, Shape::text, "port",
     "Read by the compose file only; the program ignores it.", take_elsewhere, show_nothing},

    // --- Queue
    // ----------------------------------------------------------------------------------------
    {"Queue", "API_REQUEST_TIMEOUT", "engine.request_timeout", kKnown, Shape::text, "duration",
     "From a request's arrival to its last picture, waiting included; then 504.",
     [](Draft& d, const std::string& t) {
       return put_time(d.config.engine.request_time, t, 1s, 24h);
     },
     [](const Draft& d) { return show_duration(d.config.engine.request_time); }},
    {"Queue", "MAX_QUEUED_TASKS", "engine.max_queued_tasks", kKnown, Shape::text,
     "whole number from 1", "Pictures that may wait; over it 503 `queue_full`.",
     [](Draft& d, const std::string& t) {
       return put(d.config.engine.max_queued, parse_whole_number(t, 1, kAnyNumber));
     },
     [](const Draft& d) { return fmt::to_string(d.config.engine.max_queued); }},
    {"Queue", "MAX_QUEUED_BYTES", "engine.max_queued_bytes", kKnown, Shape::text, "size, 1MB … 1TB",
     "Prompts that may wait with them; pictures wait on disk (`UPLOAD_QUOTA`).",
     [](Draft& d, const std::string& t) {
       return put(d.config.engine.max_queued_bytes, parse_size(t, 1'000'000, 1'000'000'000'000));
     },
     [](const Draft& d) { return show_size(d.config.engine.max_queued_bytes); }},
    {"Queue", "MAX_PICTURES_IN_MEMORY", "engine.max_pictures_in_memory", kKnown, Shape::text,
     "size, 1MB … 1TB",
     "Drawn pictures until they are stored and answered, the answers made of them, and what "
     "running "
     "edits work from, together; while it is used up, one picture at a time is drawn.",
     [](Draft& d, const std::string& t) {
       return put(d.config.engine.max_picture_bytes, parse_size(t, 1'000'000, 1'000'000'000'000));
     },
     [](const Draft& d) { return show_size(d.config.engine.max_picture_bytes); }},

    // --- Pictures
    // -------------------------------------------------------------------------------------
    {"Stored pictures", "DATA_DIR", "data_dir", kKnown, Shape::text, "folder",
     "Keys and pictures; relative to the working directory.",
     [](Draft& d, const std::string& t) { return take_file(d.config.data_dir, t); },
     [](const Draft& d) { return d.config.data_dir.string(); }},
    {"Stored pictures", "PICTURE_TTL", "library.picture_ttl", kKnown, Shape::text,
     "duration in whole hours", "How long a picture is kept.",
     [](Draft& d, const std::string& t) {
       return put_time(d.config.library.time_to_live, t, 1h, 10 * kYear);
     },
     [](const Draft& d) { return show_duration(d.config.library.time_to_live); }},
    {"Stored pictures", "PICTURE_QUOTA", "library.picture_quota", kKnown, Shape::text,
     "size, 100MB … 1000TB", "Room for pictures; over it the oldest go first.",
     [](Draft& d, const std::string& t) {
       return put(d.config.library.max_bytes, parse_size(t, 100'000'000, 1'000'000'000'000'000));
     },
     [](const Draft& d) { return show_size(d.config.library.max_bytes); }},
    {"Stored pictures", "UPLOAD_QUOTA", "library.upload_quota", kKnown, Shape::text,
     "size, 1MB … 1000TB", "Room for uploaded pictures while their requests wait; over it 503.",
     [](Draft& d, const std::string& t) {
       return put(d.config.spool_bytes, parse_size(t, 1'000'000, 1'000'000'000'000'000));
     },
     [](const Draft& d) { return show_size(d.config.spool_bytes); }},
    {"Stored pictures", "IMAGE_URL_TTL", "library.image_url_ttl", kKnown, Shape::text, "duration",
     "How long a link to a picture works.",
     [](Draft& d, const std::string& t) { return put_time(d.config.library.url_time, t, 1s); },
     [](const Draft& d) { return show_duration(d.config.library.url_time); }},
});

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(kSettings, name, &Setting::name);
  return found == kSettings.end() ? nullptr : &*found;
}

const Setting* find_setting_by_path(std::string_view path) {
  const auto found = std::ranges::find(kSettings, path, &Setting::path);
  return path.empty() || found == kSettings.end() ? nullptr : &*found;
}

}  // namespace gw::app
