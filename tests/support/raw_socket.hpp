// A blocking TCP client for tests that need every byte under their control. Each wait has a bound.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::test {

struct RawAnswer {
  int status = 0;
  std::string head;  // status line and fields, with the blank line
  std::string body;  // without chunked coding

  // Nothing when absent; the name in any case.
  std::optional<std::string> header(std::string_view name) const;
};

enum class ExpectBody { yes, no };  // no: the answer to HEAD

// Any failure to connect, send or receive within the patience throws std::runtime_error, which
// fails the test.
class RawSocket final {
 public:
  explicit RawSocket(std::uint16_t port,
                     std::chrono::milliseconds patience = std::chrono::seconds(10));
  ~RawSocket();
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&&) = delete;

  void send(std::string_view bytes);
  // As much as the peer takes before it closes; for peers that may close early.
  void send_what_is_taken(std::string_view bytes);

  std::string receive(std::size_t count);
  // Up to and including the marker.
  std::string receive_until(std::string_view marker);
  // Everything until the peer closes its side.
  std::string receive_rest();
  // One whole answer by its own framing; without any framing: until the peer closes.
  RawAnswer receive_answer(ExpectBody body = ExpectBody::yes);
  // The peer closed and nothing more came.
  bool at_end();

  void shutdown_send();
  void close();
  void reset();  // an RST instead of a FIN

 private:
  bool fill();  // false at the peer's end
  std::string take(std::size_t count);
  std::string receive_chunks();

  int descriptor_ = -1;
  std::chrono::milliseconds patience_;
  std::string buffer_;
};

}  // namespace gw::test
