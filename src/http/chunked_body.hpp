// Takes the chunked coding (RFC 9112 §7.1) off a request body as it arrives.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace gw::http {

// Chunk extensions and trailers are read and dropped: trailers must never become headers behind a
// guard's back.
class ChunkedBody final {
 public:
  // More body bytes than `limit` are too_large; a chunk line or trailers over `max_line` are
  // invalid_request.
  ChunkedBody(std::size_t limit, std::size_t max_line);
  ~ChunkedBody();

  enum class State { unfinished, finished };
  // Consumes what it can from the front of `input`. What is behind the last chunk stays there.
  Result<State> feed(std::string& input);
  std::string take();

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::size_t max_line_;
};

}  // namespace gw::http
