// What a setting's text may say: numbers, durations, sizes, addresses, maps. Pure; the fault is a
// sentence that follows the setting's name ("must be a whole number of at least 1, not 'abc'").
#pragma once

#include "api/v1/chat_options.hpp"
#include "base/secret.hpp"
#include "core/library/options.hpp"
#include "telemetry/log.hpp"
#include "transport/proxy.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

template <class T>
using Parsed = std::expected<T, std::string>;

// "must be <what>, not '<text>'"; long texts are cut and control characters made visible.
std::string must_be(std::string_view what, std::string_view text);

Parsed<std::uint64_t> parse_whole_number(std::string_view text, std::uint64_t least,
                                         std::uint64_t most);
Parsed<double> parse_share(std::string_view text);  // 0 … 1

// "90s", "30m", "24h", "7d", "500ms", or seconds without a unit.
Parsed<std::chrono::milliseconds> parse_duration(std::string_view text,
                                                 std::chrono::milliseconds least,
                                                 std::chrono::milliseconds most);
std::string show_duration(std::chrono::milliseconds time);

// "30MB", "512KiB", "10GiB", or bytes without a unit; KB, MB, GB, TB count in thousands.
Parsed<std::uint64_t> parse_size(std::string_view text, std::uint64_t least, std::uint64_t most);
std::string show_size(std::uint64_t bytes);

Parsed<LogLevel> parse_log_level(std::string_view text);
Parsed<api::ChatPictures> parse_chat_pictures(std::string_view text);
Parsed<Sharing> parse_sharing(std::string_view text);

// An address to listen on; "localhost" is 127.0.0.1, and brackets around IPv6 go.
Parsed<std::string> parse_listen_address(std::string_view text);

// Addresses and networks between commas or spaces, as networks: "10.0.0.1" becomes "10.0.0.1/32".
Parsed<std::vector<std::string>> parse_networks(std::string_view text);

// http(s)://host[:port], without a trailing slash.
Parsed<std::string> parse_origin(std::string_view text);
// The same with a path, for servers behind a prefix.
Parsed<std::string> parse_base_url(std::string_view text);
// "/api/models", with a query as needed: what goes behind one of these.
Parsed<std::string> parse_path(std::string_view text);
// http:// or socks5h://[user:password@]host:port. The fault never repeats the text: it may hold a
// password.
Parsed<Proxy> parse_proxy(std::string_view text);
std::string show_proxy(const Proxy& proxy);  // the user and password as ***

// A key or token that stands in an example for everybody to read: our own `.env.example`, the
// Python version's, or its README.
bool is_placeholder(std::string_view text);

// A key of ours that clients send in a header: visible ASCII, none of the known non-keys. The fault
// never repeats it.
Parsed<Secret> parse_own_key(std::string_view text);
// A credential for an upstream's header: visible ASCII. The fault never repeats it.
Parsed<Secret> parse_credential(std::string_view text);

// Names between commas or blanks, each once.
Parsed<std::vector<std::string>> parse_names(std::string_view text);

enum class Switch : std::uint8_t { off, on };
// "on", "off", and the words that YAML has for them.
Parsed<Switch> parse_switch(std::string_view text);

enum class EmptyValues : std::uint8_t { allowed, refused };
// {"name": "text", …}; names are never empty.
Parsed<std::map<std::string, std::string>> parse_text_map(std::string_view text,
                                                          EmptyValues empty_values);
std::string show_text_map(const std::map<std::string, std::string>& map);

}  // namespace gw::app
