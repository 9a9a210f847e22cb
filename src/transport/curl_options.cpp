#include "transport/curl_options.hpp"

#include "base/text.hpp"
#include "transport/http_library.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <utility>

namespace gw {
namespace {

constexpr std::size_t kSmallBody = 16u << 10;
// In pieces: of what libcurl reads at a time.
constexpr std::size_t kPieceSize = 64u << 10;
// Whole seconds, so less than two. Servers close what was idle for five seconds (Node, uvicorn) or
// more; a request must not meet that moment on its way.
constexpr long kMaxIdleSeconds = 1;
constexpr const char* kUserAgent = "dreamifly-2api/" GW_VERSION;

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

// A header without a value is spelled "Name;" for libcurl; "Name:" would remove one of its own.
std::string header_line(const std::string& name, const std::string& value) {
  return value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
}

long resolved_as(AddressFamily family) {
  switch (family) {
    case AddressFamily::any:
      return CURL_IPRESOLVE_WHATEVER;
    case AddressFamily::ipv4:
      return CURL_IPRESOLVE_V4;
    case AddressFamily::ipv6:
      return CURL_IPRESOLVE_V6;
  }
  return CURL_IPRESOLVE_WHATEVER;
}

// All that this libcurl decodes, in an order of ours; nothing else may be asked for.
const std::string& accepted_encodings() {
  static const std::string list = fmt::format("{}", fmt::join(http_library().decoders, ", "));
  return list;
}

void set_target(CURL* easy, const OutgoingRequest& request) {
  set_option(easy, CURLOPT_URL, request.url.c_str());
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set_option(easy, CURLOPT_NOSIGNAL, 1L);
  set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_time.count()));
  set_option(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_time.count()));
  set_option(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  // As an option and not among the headers, so that its place is the same whoever it names.
  const auto& agent = request.user_agent;
  set_option(easy, CURLOPT_USERAGENT, agent.empty() ? kUserAgent : agent.c_str());
}

void set_proxy(CURL* easy, const OutgoingRequest& request) {
  // Set even when empty: unset, libcurl would take http_proxy and no_proxy from the environment.
  const auto& proxy = request.proxy;
  set_option(easy, CURLOPT_PROXY, proxy.url.c_str());
  if (proxy.has_credentials()) {
    // In one, encoded: that is decoded by every libcurl, and what CURLOPT_PROXYPASSWORD holds by
    // some.
    const auto both = percent_encode(proxy.user) + ':' + percent_encode(proxy.password.reveal());
    set_option(easy, CURLOPT_PROXYUSERPWD, both.c_str());
  }
  set_option(easy, CURLOPT_NOPROXY, "");
  set_option(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

// The system's certificates stay trusted beside a file: that only takes the place of libcurl's own
// file, and the folder of the same certificates is looked at too.
void set_trust(CURL* easy, const HttpClientOptions& options) {
  set_option(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set_option(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) set_option(easy, CURLOPT_CAINFO, options.ca_file.c_str());
}

// CONNECT_TO and not RESOLVE: its entry belongs to this request alone and matches whatever the host
// looks like ("::" stands for any host and port), so libcurl has no name left to look up.
CurlList set_address(CURL* easy, const OutgoingRequest& request) {
  CurlList connect_to;
  set_option(easy, CURLOPT_IPRESOLVE, resolved_as(request.family));
  if (request.connects_to.empty()) return connect_to;
  append(connect_to, "::" + request.connects_to);
  set_option(easy, CURLOPT_CONNECT_TO, connect_to.get());
  set_option(easy, CURLOPT_FRESH_CONNECT, 1L);
  set_option(easy, CURLOPT_FORBID_REUSE, 1L);
  return connect_to;
}

// Pieces are what a slow reader must be able to hold back: an HTTP/2 stream of libcurl takes 32 MB
// in before its sender has to wait, and one encoded block may become any number of bytes.
void set_delivery(CURL* easy, Delivery delivery) {
  if (delivery == Delivery::in_pieces) {
    set_option(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set_option(easy, CURLOPT_BUFFERSIZE, static_cast<long>(kPieceSize));
    return;
  }
  // HTTP/1.1 in the clear, h2 by ALPN over TLS.
  set_option(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set_option(easy, CURLOPT_ACCEPT_ENCODING, accepted_encodings().c_str());
  set_option(easy, CURLOPT_BUFFERSIZE, static_cast<long>(kBlockSize));
}

// A large body comes from a callback that cannot be rewound, and its memory is free once it is
// sent. A small one leaves in one packet with its head. Neither leaves twice: see
// CurlTransfer::may_send().
void set_method(CURL* easy, const OutgoingRequest& request) {
  if (request.method == "GET" && request.body.empty()) {
    set_option(easy, CURLOPT_HTTPGET, 1L);
    return;
  }
  if (request.method == "HEAD") {
    set_option(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  set_option(easy, CURLOPT_POST, 1L);
  set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  if (request.body.size() <= kSmallBody) set_option(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  if (request.method != "POST") set_option(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

Result<CurlList> set_headers(CURL* easy, const OutgoingRequest& request) {
  CurlList headers;
  bool content_type = false;
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || has_line_break(name) || has_line_break(value) ||
        name.find_first_of(": ") != std::string::npos) {
      return fail(Error::internal("an outgoing header that cannot be sent: " + name));
    }
    content_type = content_type || equals_ignoring_case(name, "content-type");
    append(headers, header_line(name, value));
  }
  append(headers, "Expect:");
  if (!content_type) append(headers, "Content-Type:");
  set_option(easy, CURLOPT_HTTPHEADER, headers.get());
  return headers;
}

}  // namespace

Result<CurlLists> set_options(CURL* easy, const OutgoingRequest& request, Delivery delivery,
                              const HttpClientOptions& options) {
  if (has_line_break(request.url) || has_line_break(request.method) ||
      has_line_break(request.proxy.url) || has_line_break(request.user_agent)) {
    return fail(Error::internal("a line break in an outgoing URL, method, proxy or User-Agent"));
  }
  CurlLists lists;
  set_target(easy, request);
  set_proxy(easy, request);
  lists.connect_to = set_address(easy, request);
  set_delivery(easy, delivery);
  set_trust(easy, options);
  set_method(easy, request);
  GW_TRY(lists.headers, set_headers(easy, request));
  return lists;
}

bool is_safe(const OutgoingRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

}  // namespace gw
