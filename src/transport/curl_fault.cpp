#include "transport/curl_fault.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace gw {
namespace {

constexpr long kProxyAuthenticationRequired = 407;
constexpr std::string_view kProxyDown = "the gateway's proxy cannot be reached";
constexpr std::string_view kProxyRefuses =
    "the gateway's proxy does not accept its user name and password";
constexpr std::string_view kProxyFails = "the gateway's proxy cannot reach the upstream";
constexpr std::string_view kProxyOdd = "the gateway's proxy does not do its part";

long number(CURL* easy, CURLINFO what) {
  long value = 0;
  curl_easy_getinfo(easy, what, &value);
  return value;
}

// Of its answer to CONNECT; 0: there was none.
long tunnel_status(CURL* easy) {
  return number(easy, CURLINFO_HTTP_CONNECTCODE);
}

bool has_connected(CURL* easy) {
  char* text = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &text);
  return text != nullptr && *text != '\0';
}

std::string_view socks_words(CURL* easy) {
  switch (number(easy, CURLINFO_PROXY_ERROR)) {
    case CURLPX_USER_REJECTED:
    case CURLPX_NO_AUTH:
      return kProxyRefuses;
    case CURLPX_REPLY_GENERAL_SERVER_FAILURE:
    case CURLPX_REPLY_NOT_ALLOWED:
    case CURLPX_REPLY_NETWORK_UNREACHABLE:
    case CURLPX_REPLY_HOST_UNREACHABLE:
    case CURLPX_REPLY_CONNECTION_REFUSED:
    case CURLPX_REPLY_TTL_EXPIRED:
      return kProxyFails;
    default:
      return kProxyOdd;
  }
}

// Empty: it was not the proxy's fault, as far as one can tell.
std::string_view proxy_words(const CurlEnd& end) {
  const auto status = tunnel_status(end.easy);
  if (status == kProxyAuthenticationRequired || is_proxys_refusal(end.easy)) return kProxyRefuses;
  if (status >= 300) return kProxyFails;
  const bool in_tunnel = status > 0;
  switch (end.code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return kProxyDown;
    case CURLE_OPERATION_TIMEDOUT:
      if (!has_connected(end.easy)) return kProxyDown;
      return in_tunnel ? std::string_view() : kProxyFails;
    case CURLE_PROXY:
      return socks_words(end.easy);
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
      return in_tunnel ? std::string_view() : kProxyOdd;
    default:
      return {};
  }
}

std::string curl_words(const CurlEnd& end) {
  auto text = end.text.empty() ? std::string_view(curl_easy_strerror(end.code)) : end.text;
  if (end.stop == CurlStop::second_send) text = "a kept connection broke without an answer";
  return fmt::format("curl {}: {}", static_cast<int>(end.code), text);
}

Error error_of(const CurlEnd& end) {
  const auto error = [&](ErrorKind kind, std::string_view message) {
    return Error(kind, std::string(message)).with_detail(curl_words(end));
  };
  if (end.stop == CurlStop::answer_too_large)
    return error(ErrorKind::upstream_error,
                 "the upstream's answer is larger than the gateway accepts");
  if (!end.sending) return error(ErrorKind::upstream_unavailable, "the upstream cannot be reached");
  if (end.code == CURLE_OPERATION_TIMEDOUT)
    return error(ErrorKind::upstream_timeout, "the upstream did not answer in time");
  return error(ErrorKind::upstream_error,
               "the connection to the upstream broke before its answer was complete");
}

// Which of the two is down is said in the detail as well: that alone is what `doctor` shows.
Error proxy_error(std::string_view words, const CurlEnd& end) {
  auto detail = std::string(words);
  if (end.code != CURLE_OK) detail += ": " + curl_words(end);
  return Error(ErrorKind::upstream_unavailable, std::string(words)).with_detail(std::move(detail));
}

}  // namespace

TransferFault fault_of(const CurlEnd& end) {
  TransferFault fault;
  fault.stage = end.sending ? TransferFault::Stage::unsure : TransferFault::Stage::before_send;
  fault.timed_out = end.code == CURLE_OPERATION_TIMEDOUT;
  const auto proxys = end.proxied && !end.sending ? proxy_words(end) : std::string_view();
  fault.error = proxys.empty() ? error_of(end) : proxy_error(proxys, end);
  return fault;
}

bool is_proxys_refusal(CURL* easy) {
  return number(easy, CURLINFO_RESPONSE_CODE) == kProxyAuthenticationRequired &&
         tunnel_status(easy) == 0;
}

}  // namespace gw
