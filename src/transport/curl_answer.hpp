// What has come of one answer: its head, and its body in blocks or in pieces.
#pragma once

#include "transport/curl_options.hpp"
#include "transport/http_client.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gw {

// Fed by libcurl's callbacks. I/O thread only.
class CurlAnswer final {
 public:
  enum class Taken : std::uint8_t {
    yes,
    not_now,  // in pieces: what is there has to be taken first, and these bytes come again
    head_too_large,
    body_too_large,
  };

  CurlAnswer(Delivery delivery, std::size_t most_body) : delivery_(delivery), most_(most_body) {}

  // `status`: of the answer that this line belongs to.
  Taken head_line(std::string_view line, int status);
  Taken body(std::string_view bytes);  // decoded

  bool has_head() const { return head_complete_; }
  std::string take_piece();  // in pieces: what has come since the last one
  IncomingAnswer take();     // head, and body if it is kept whole

 private:
  void append_to_blocks(std::string_view bytes);

  const Delivery delivery_;
  const std::size_t most_;
  bool head_complete_ = false;
  std::size_t head_size_ = 0;
  std::size_t body_size_ = 0;
  std::string pending_;
  IncomingAnswer answer_;
};

}  // namespace gw
