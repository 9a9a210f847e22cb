// Errors as values: what went wrong, what a client may be told, what only the log may know.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gw {

// The situation, not its HTTP status: api/error_envelope.cpp is the one place that maps kinds to
// the outside. The set is closed; a new kind does not compile until every switch answers for it.
enum class ErrorKind : std::uint8_t {
  internal,            // a bug of ours; the client learns nothing but the request id
  invalid_request,     // the client can mend it; `param` names the field
  unauthenticated,     // no key, or a wrong one
  forbidden,           // a good key that may not do this
  not_found,           // no such path, model, picture …
  method_not_allowed,  // the path exists, the verb does not
  conflict,            // the state of the thing forbids it
  too_large,           // a body, header or picture over its bound
  header_too_large,    // request head over its bound
  unsupported_media_type,
  request_timeout,       // the client was too slow to send its request
  rate_limited,          // the caller is over its own share
  quota_exhausted,       // the upstream's allowance is used up
  content_rejected,      // the upstream refused the prompt or the picture
  queue_full,            // all is full: the bounded queue refused
  queue_timeout,         // waited for a slot until the deadline
  upstream_timeout,      // sent, and not answered before the deadline
  upstream_error,        // the upstream answered, and the answer is a failure or nonsense
  upstream_unavailable,  // the upstream cannot be reached
  upstream_challenged,   // an edge in front of the upstream wants a human
  upstream_blocked,      // the upstream refuses this host
  no_account_available,
  storage_unavailable,  // our disk is full or failing
  shutting_down,        // we are draining
  cancelled,            // nobody waits any more; never logged as an error
};

// A lower-case word for logs and metric labels.
std::string_view to_string(ErrorKind kind);

class [[nodiscard]] Error final {
 public:
  Error() = default;  // `internal`; co_spawn wants results that can be default-constructed
  Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

  static Error internal(std::string detail);
  static Error invalid_request(std::string param, std::string message);
  static Error not_found(std::string message);

  // `code` replaces the kind's own error code in the envelope; a string with static storage.
  Error with_code(std::string_view code) &&;
  Error with_param(std::string param) &&;
  Error with_detail(std::string detail) &&;
  Error with_retry_after(std::chrono::milliseconds delay) &&;
  Error without_retry() &&;  // tells clients that repeating cannot help

  ErrorKind kind() const { return kind_; }
  // Safe for clients: no address, key, path or upstream text of unknown content.
  const std::string& message() const { return message_; }
  // For logs only.
  const std::string& detail() const { return detail_; }
  const std::string& param() const { return param_; }
  std::string_view code() const { return code_; }
  std::optional<std::chrono::milliseconds> retry_after() const { return retry_after_; }
  bool retry_useless() const { return retry_useless_; }

 private:
  ErrorKind kind_ = ErrorKind::internal;
  bool retry_useless_ = false;
  std::string message_;
  std::string detail_;
  std::string param_;
  std::string_view code_;
  std::optional<std::chrono::milliseconds> retry_after_;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

// GW_TRY(auto value, expression): the value, or return its error. More than one statement, so never
// the body of an `if` without braces. GW_CO_TRY is the same inside a coroutine; …_CHECK wants no
// value.
#define GW_CONCAT_INNER(a, b) a##b
#define GW_CONCAT(a, b) GW_CONCAT_INNER(a, b)
#define GW_TRY_IMPL(ret, temp, declaration, ...)             \
  auto temp = __VA_ARGS__;                                   \
  if (!temp) ret ::std::unexpected(std::move(temp).error()); \
  declaration = std::move(*temp)
#define GW_TRY(declaration, ...) \
  GW_TRY_IMPL(return, GW_CONCAT(gw_try_, __LINE__), declaration, __VA_ARGS__)
#define GW_CO_TRY(declaration, ...) \
  GW_TRY_IMPL(co_return, GW_CONCAT(gw_try_, __LINE__), declaration, __VA_ARGS__)
#define GW_CHECK(...) \
  if (auto gw_check = __VA_ARGS__; !gw_check) return ::std::unexpected(std::move(gw_check).error())
#define GW_CO_CHECK(...)                      \
  if (auto gw_check = __VA_ARGS__; !gw_check) \
  co_return ::std::unexpected(std::move(gw_check).error())

}  // namespace gw
