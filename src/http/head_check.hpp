// The strict look at a request head before any parser sees it: smuggling starts with two readers
// who disagree.
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace gw::http {

// More fields than this are refused: each costs far more memory parsed than on the wire.
inline constexpr std::size_t kMaxHeaderFields = 128;

// How many bytes at the front of `bytes` make the head, blank line included; nothing while more
// must come. Ends early, at the first line that can never become right, so that nobody waits for
// the rest: check_head then says what is wrong. `scanned` remembers between calls how far it has
// looked; 0 for a new head.
std::optional<std::size_t> head_length(std::string_view bytes, std::size_t& scanned);

// RFC 9112 and 9110 at their strictest, pure and total over any bytes. Good heads have:
// - CRLF at the end of every line, no empty line in front, no obs-fold, no control bytes anywhere;
// - `method SP target SP HTTP/1.0|1.1`, the target in origin form without bytes outside of
// 0x21..0x7E, or `*` for
//   OPTIONS. Absolute and authority form are refused: we are no proxy. CONNECT is refused with
//   them. TRACE passes: no route takes it, so it ends as 405 or 404;
// - names that are tokens, the colon right behind them, at most kMaxHeaderFields of them;
// - one Host (HTTP/1.0: at most one) with a plausible host[:port];
// - at most one framing header: one Content-Length of digits, or one Transfer-Encoding that is
// exactly `chunked`
//   and not on HTTP/1.0.
// Errors: invalid_request with a sentence for the client; header_too_large for too many fields.
Done check_head(std::string_view head);

// One field line without its CRLF, as check_head takes it; for trailers.
Done check_field_line(std::string_view line);

}  // namespace gw::http
