#include "base/error.hpp"

namespace gw {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::internal:
      return "internal";
    case ErrorKind::invalid_request:
      return "invalid_request";
    case ErrorKind::unauthenticated:
      return "unauthenticated";
    case ErrorKind::forbidden:
      return "forbidden";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::method_not_allowed:
      return "method_not_allowed";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::too_large:
      return "too_large";
    case ErrorKind::header_too_large:
      return "header_too_large";
    case ErrorKind::unsupported_media_type:
      return "unsupported_media_type";
    case ErrorKind::request_timeout:
      return "request_timeout";
    case ErrorKind::rate_limited:
      return "rate_limited";
    case ErrorKind::quota_exhausted:
      return "quota_exhausted";
    case ErrorKind::content_rejected:
      return "content_rejected";
    case ErrorKind::queue_full:
      return "queue_full";
    case ErrorKind::queue_timeout:
      return "queue_timeout";
    case ErrorKind::upstream_timeout:
      return "upstream_timeout";
    case ErrorKind::upstream_error:
      return "upstream_error";
    case ErrorKind::upstream_unavailable:
      return "upstream_unavailable";
    case ErrorKind::upstream_challenged:
      return "upstream_challenged";
    case ErrorKind::upstream_blocked:
      return "upstream_blocked";
    case ErrorKind::no_account_available:
      return "no_account_available";
    case ErrorKind::storage_unavailable:
      return "storage_unavailable";
    case ErrorKind::shutting_down:
      return "shutting_down";
    case ErrorKind::cancelled:
      return "cancelled";
  }
  return "internal";
}

Error Error::internal(std::string detail) {
  return Error(ErrorKind::internal, "something went wrong inside the gateway")
      .with_detail(std::move(detail));
}

Error Error::invalid_request(std::string param, std::string message) {
  return Error(ErrorKind::invalid_request, std::move(message)).with_param(std::move(param));
}

Error Error::not_found(std::string message) {
  return {ErrorKind::not_found, std::move(message)};
}

Error Error::with_code(std::string_view code) && {
  code_ = code;
  return std::move(*this);
}

Error Error::with_param(std::string param) && {
  param_ = std::move(param);
  return std::move(*this);
}

Error Error::with_detail(std::string detail) && {
  detail_ = std::move(detail);
  return std::move(*this);
}

Error Error::with_retry_after(std::chrono::milliseconds delay) && {
  retry_after_ = delay;
  return std::move(*this);
}

Error Error::without_retry() && {
  retry_useless_ = true;
  return std::move(*this);
}

}  // namespace gw
