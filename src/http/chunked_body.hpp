// Takes the chunked coding (RFC 9112 §7.1) off a request body as it arrives.
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gw::http {

// Our own and not Beast's: Beast 1.81 reads quoted extensions across the end of their line, and
// asserts that an empty body comes in one piece. The outcome does not depend on how the bytes are
// split. Strict like the head check: CRLF only, a size of up to 16 hex digits with nothing but an
// extension behind it. Extensions and trailers are checked and dropped: trailers must never become
// headers behind a guard's back.
class ChunkedBody final {
 public:
  // More body bytes than `limit` are too_large; everything else that is wrong, and a size line or
  // trailers of more than `max_line` bytes, is invalid_request.
  ChunkedBody(std::size_t limit, std::size_t max_line) : limit_(limit), max_line_(max_line) {}

  enum class State : std::uint8_t { unfinished, finished };
  // Consumes what it can from the front of `input`. What is behind the body's end stays there.
  Result<State> feed(std::string& input);
  std::size_t size() const { return body_.size(); }
  // What has come since the last call; the limit is that of the whole body.
  std::string take() {
    limit_ -= body_.size();
    return std::exchange(body_, {});
  }

 private:
  enum class Expected : std::uint8_t { size_line, data, data_end, trailer_line, nothing };
  enum class Progress : std::uint8_t { made, starved };

  Result<Progress> step(std::string_view& rest);
  Result<Progress> read_size_line(std::string_view& rest);
  Result<Progress> read_data(std::string_view& rest);
  Result<Progress> read_data_end(std::string_view& rest);
  Result<Progress> read_trailer_line(std::string_view& rest);
  Result<std::optional<std::string_view>> take_line(std::string_view& rest, std::size_t longest);

  std::size_t limit_;
  std::size_t max_line_;
  Expected expected_ = Expected::size_line;
  std::uint64_t missing_ = 0;  // of the current chunk's data
  std::size_t trailer_bytes_ = 0;
  std::string body_;
};

}  // namespace gw::http
