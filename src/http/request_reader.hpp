// Reads one request off a connection: its head, then, once the guard has agreed, its body.
#pragma once

#include "base/task.hpp"
#include "http/connection.hpp"
#include "http/message.hpp"
#include "http/server_core.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gw::http {

struct ParsedHead {
  RequestHead head;
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;  // by version and Connection
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

// The strict check, then Beast: a head must please both readers.
Result<ParsedHead> parse_head(std::string_view bytes);

// The length of the next head at the front of the connection's input; 0 when the client is done (it
// closed, or was idle too long). Errors: request_timeout, header_too_large.
Task<std::size_t> await_head(ServerCore& core, Connection& connection);

Error body_too_large(std::size_t limit);
// The bodies of others take all memory that there is for them.
Error no_room_for_body();

// What can be said before a byte is read; see read_body.
Result<void> check_body(const ParsedHead& parsed, std::size_t limit);
// Sends 100 Continue when the client waits for it.
Task<void> invite_body(ServerCore& core, Connection& connection, const ParsedHead& parsed);
// The error of a read that was not ok.
Done body_status(IoStatus status);

struct Body {
  std::string bytes;
  BodyMemory::Share share;
};

// The whole body. Sends 100 Continue first if that is awaited. Errors: too_large (a declared length
// is refused before anything is read), unsupported_media_type for a body in a content coding,
// queue_full while the bodies of others take all memory, request_timeout, invalid_request,
// cancelled when the client left half-way.
Task<Body> read_body(ServerCore& core, Connection& connection, const ParsedHead& parsed,
                     std::size_t limit);

}  // namespace gw::http
