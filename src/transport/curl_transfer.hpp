// One outgoing request and its answer on one libcurl easy handle; the multi handle is
// curl_client.cpp's.
#pragma once

#include "base/event.hpp"
#include "transport/curl_handle.hpp"
#include "transport/http_client.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gw {

// Lives in the frame of the coroutine that performs it and must not move: libcurl holds its
// address. I/O thread only.
class CurlTransfer final {
 public:
  CurlTransfer(Executor executor, OutgoingRequest request);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // Gives the handle all its options. A request that cannot be sent as written (a line break in a
  // header, an unusable URL) is `internal`: what clients send never ends up there.
  Result<void> prepare();

  CURL* easy() const { return easy_.get(); }
  static CurlTransfer& of(CURL* easy);

  void complete(CURLcode code);  // by the multi's owner, outside libcurl's callbacks
  Async<void> wait() { return done_.wait(); }
  Transfer take();  // after wait()

 private:
  enum class Stop : std::uint8_t { none, answer_too_large, head_too_large };

  void set_target();
  void set_method();
  Result<void> set_headers();
  void set_callbacks();

  std::size_t read_body(char* to, std::size_t room);
  std::size_t write_body(std::string_view bytes);
  std::size_t read_head_line(std::string_view line);
  void append_to_blocks(std::string_view bytes);
  TransferFault fault() const;

  OutgoingRequest request_;
  CurlList headers_;  // before easy_, which points at it
  CurlEasy easy_;
  Event done_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CURLcode code_ = CURLE_OK;
  Stop stop_ = Stop::none;
  bool sending_ = false;  // a connection is up and the request is about to leave on it
  std::size_t sent_ = 0;  // bytes of the body handed to libcurl
  std::size_t head_size_ = 0;
  std::size_t answer_size_ = 0;
  IncomingAnswer answer_;
};

}  // namespace gw
