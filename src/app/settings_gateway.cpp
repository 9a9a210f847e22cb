// The server, the queue, pictures at rest, and operation.
#include "app/settings_rows.hpp"

namespace gw::app {

using namespace rows;

namespace {

// Rows are long on purpose: what belongs to a setting stands in one place.
constexpr auto kSettings = std::to_array<Setting>({
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
    {"Server", "FETCH_REMOTE_IMAGES", "server.fetch_remote_images", kKnown, Shape::text,
     "on or off",
     "Whether pictures that a request names by an `http(s)` URL are fetched: from public addresses "
     "only, each within 20 s and 50 MB, without redirects and without a proxy.",
     take_fetch,
     [](const Draft& d) { return std::string(d.config.fetch_remote_images ? "on" : "off"); }},
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
    {"Queue", "MAX_QUEUED_JOBS", "engine.max_queued_jobs", kKnown, Shape::text,
     "whole number from 1",
     "Pictures of jobs (`Prefer: respond-async`) that may wait, counted apart; over it 503.",
     [](Draft& d, const std::string& t) {
       return put(d.config.engine.max_queued_jobs, parse_whole_number(t, 1, kAnyNumber));
     },
     [](const Draft& d) { return fmt::to_string(d.config.engine.max_queued_jobs); }},
    {"Queue", "REFUSE_HOPELESS_WAITS", "engine.refuse_hopeless_waits", kKnown, Shape::text,
     "on or off",
     "Whether a request is refused at once (503, not to be repeated) when its turn is predicted to "
     "come after its client has given up (`x-stainless-timeout`).",
     take_hopeless,
     [](const Draft& d) {
       return std::string(d.config.hopeless_waits == api::HopelessWaits::refused ? "on" : "off");
     }},
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
    {"Stored pictures", "STORE_PICTURES", "library.store_pictures", kKnown, Shape::text, "on, off",
     "Whether pictures and their prompts are kept at all; `off`: nobody has them but whoever asked, "
     "once, as `b64_json`. A request says `store: false` for itself.",
     [](Draft& d, const std::string& t) { return take_store(d.config.store_pictures, t); },
     [](const Draft& d) {
       return std::string(d.config.store_pictures == api::StorePictures::on ? "on" : "off");
     }},
    {"Stored pictures", "CACHE", "library.cache", kKnown, Shape::text, "seeded, off, always",
     "Which requests a stored picture may answer that would be the same again: those with a `seed`, "
     "none, or all.",
     [](Draft& d, const std::string& t) { return put(d.config.sharing, parse_sharing(t)); },
     [](const Draft& d) { return std::string(to_string(d.config.sharing)); }},
    {"Stored pictures", "UPLOAD_QUOTA", "library.upload_quota", kKnown, Shape::text,
     "size, 1MB … 1000TB",
     "Room for uploaded pictures while their requests wait, and as much again for those of jobs; "
     "over it 503.",
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

std::span<const Setting> gateway_settings() {
  return kSettings;
}

}  // namespace gw::app
