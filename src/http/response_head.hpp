// How a response goes onto the wire: which framing its body gets, and the bytes of its head. Pure.
#pragma once

#include "http/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gw::http {

enum class BodyForm : std::uint8_t {
  none,   // 1xx, 204 and 304: neither body nor Content-Length
  sized,  // Content-Length
  chunked,
  until_close,  // a stream of unknown length for HTTP/1.0
};

BodyForm body_form(const RequestHead& request, const Response& response);

enum class Persistence : std::uint8_t { keep_alive, close };

struct WireOptions {
  BodyForm form = BodyForm::sized;
  Persistence persistence = Persistence::keep_alive;
  std::string_view date;
  std::string_view request_id;
};

// Framing, Connection, Date and x-request-id are the server's: what the response says about them is
// dropped. Control bytes in values become spaces, so that nothing a client sent can add a header.
std::string response_head(const RequestHead& request, const Response& response,
                          const WireOptions& options);

}  // namespace gw::http
