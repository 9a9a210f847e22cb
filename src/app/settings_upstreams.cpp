// Who draws, with which keys, models and styles.
#include "app/settings_rows.hpp"

namespace gw::app {

using namespace rows;

namespace {

// Rows are long on purpose: what belongs to a setting stands in one place.
constexpr auto kSettings = std::to_array<Setting>({
    // --- Keys
    // -----------------------------------------------------------------------------------------
    {"Keys", "API_MASTER_KEY", "keys.api_master", kKnown, Shape::text, "a long random text",
     "Opens `/v1`. When missing it is made at the first start, kept in "
     "`DATA_DIR/keys/api_master_key` and printed once.",
     take_api_key, [](const Draft& d) { return show(d.config.api_master_key); }, Empty::refused},
    {"Keys", "ADMIN_KEY", "keys.admin", kKnown, Shape::text, "a long random text",
     "Opens `/admin` and `/metrics`. When missing it is made like the one above.",
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
    {"Dreamifly upstream", "UPSTREAM_PROBE_PATH", "providers.dreamifly.probe_path", kKnown,
     Shape::text, "path from the root",
     "A free GET by which a pasted clearance is tried, where an edge stands in front of the "
     "upstream.",
     [](Draft& d, const std::string& t) { return put(d.dreamifly.probe_path, parse_path(t)); },
     [](const Draft& d) { return d.dreamifly.probe_path; }},
    {"Dreamifly upstream", "UPSTREAM_CA_FILE", "providers.ca_file", kKnown, Shape::text, "file",
     "Certificates (PEM) that every upstream may be signed by, besides the system's: for an "
     "instance with an authority of its own.",
     [](Draft& d, const std::string& t) { return take_file(d.config.upstream_ca_file, t); },
     [](const Draft& d) { return d.config.upstream_ca_file.string(); }},
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
    {"Dreamifly upstream", "DREAMIFLY_ACCOUNTS", "providers.dreamifly.accounts", kKnown,
     Shape::tree, R"(`[{"email": …, "password": …}]`; a list of maps in YAML)",
     "Further accounts, which share the pictures: each with `email` and `password`, or "
     "`session_cookie`, and if need be `label`, `weight` (1 … 100, its share), `parallel` "
     "(pictures at a time; 0: any number) and `models` (the server's ids it is used for).",
     [](Draft& d, const std::string& t) {
       return put(d.dreamifly.accounts, parse_dreamifly_accounts(t));
     },
     [](const Draft& d) { return show_accounts(d.dreamifly.accounts); }},
    {"Dreamifly upstream", "DREAMIFLY_ON_EXHAUSTED", "providers.dreamifly.on_exhausted", kKnown,
     Shape::text, "`next` or `fail`",
     "What happens to a request whose account has used up its allowance: the next account has it, "
     "or it fails.",
     [](Draft& d, const std::string& t) {
       return put(d.dreamifly.on_exhausted, parse_on_exhausted(t));
     },
     [](const Draft& d) { return std::string(to_string(d.dreamifly.on_exhausted)); }},
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
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_ACCOUNTS", "providers.openai.accounts", kKnown,
     Shape::tree, R"(`[{"api_key": …}]`; a list of maps in YAML)",
     "Further keys, which share the pictures: each with `api_key`, and if need be `label`, "
     "`weight`, `parallel` and `models` as above. Chat goes by the first key.",
     [](Draft& d, const std::string& t) {
       return put(d.openai.accounts, parse_openai_accounts(t));
     },
     [](const Draft& d) { return show_accounts(d.openai.accounts); }},
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_ON_EXHAUSTED", "providers.openai.on_exhausted",
     kKnown, Shape::text, "`next` or `fail`",
     "What happens to a request whose key has used up its quota: the next key has it, or it fails.",
     [](Draft& d, const std::string& t) {
       return put(d.openai.on_exhausted, parse_on_exhausted(t));
     },
     [](const Draft& d) { return std::string(to_string(d.openai.on_exhausted)); }},
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_MODELS", "providers.openai.models", kKnown,
     Shape::list, "model ids between commas; a list in YAML",
     "Its models that draw; a name given here is no longer another upstream's alias. Default: "
     "those of its own list that are known to draw, looked at every ten minutes.",
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
    {"OpenAI-compatible upstream", "OPENAI_UPSTREAM_PROBE_PATH", "providers.openai.probe_path",
     kKnown, Shape::text, "path below the base URL", "The same for this one.",
     [](Draft& d, const std::string& t) { return put(d.openai.probe_path, parse_path(t)); },
     [](const Draft& d) { return d.openai.probe_path; }},
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
    {"Models and styles", "MODEL_ROUTES", "routes", kKnown, Shape::tree,
     R"(`{"name": {"strategy": "…", "routes": [{"model": "provider/model", "priority": 1, "weight": 1}, …]}}`; the same tree in YAML)",
     "Models that several upstreams draw. Those of priority 1 go first; among equals the strategy "
     "decides: `priority` (as written), `weighted`, `least_busy` or `fastest`. Of the others one "
     "takes over while nothing was paid.",
     [](Draft& d, const std::string& t) {
       return put(d.config.model_routes, api::parse_routes(t));
     },
     [](const Draft& d) { return api::show_routes(d.config.model_routes); }},
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
});

}  // namespace

std::span<const Setting> upstream_settings() {
  return kSettings;
}

}  // namespace gw::app
