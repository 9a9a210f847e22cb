// One outgoing request and its answer on one libcurl easy handle; the multi handle is
// curl_client.cpp's.
#pragma once

#include "base/event.hpp"
#include "transport/curl_answer.hpp"
#include "transport/curl_fault.hpp"
#include "transport/curl_handle.hpp"
#include "transport/curl_options.hpp"
#include "transport/curl_pools.hpp"
#include "transport/curl_sockets.hpp"
#include "transport/http_client.hpp"

#include <array>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

// Lives in the frame of the coroutine that performs it and must not move: libcurl holds its
// address. I/O thread only.
class CurlTransfer final {
 public:
  // whole: wait() until all of it is there, then take(). in_pieces: wait_for_head(), then
  // take_piece() and wait_for_news().
  CurlTransfer(Executor executor, CurlSockets& sockets, OutgoingRequest request, Delivery delivery);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // Makes the handle, with all its options and its pool; see set_options() for what is refused. An
  // error too when there is no memory for it.
  Result<void> prepare(const HttpClientOptions& options, CurlPools& pools);

  CURL* easy() const { return easy_.get(); }
  static CurlTransfer& of(CURL* easy);

  void complete(CURLcode code);  // by the multi's owner, outside libcurl's callbacks
  bool completed() const { return completed_; }
  Async<void> wait();
  // Once it has completed: it was about to use a kept connection that the upstream had closed, and
  // nothing has left. The next attempt, with a connection of its own, is prepared.
  bool begins_anew();
  Transfer take();  // after wait()

  Async<void> wait_for_head();  // or for the end, if that comes first
  bool has_head() const { return answer_.has_head(); }
  // Returns when something has happened since the caller last looked: bytes, a pause, the end.
  Async<void> wait_for_news();
  std::string take_piece() { return answer_.take_piece(); }
  bool paused() const { return paused_; }
  // Lets libcurl go on after a pause; it may deliver before this returns. Its owner then looks
  // after the multi handle.
  void resume();
  // Of an answer whose head is there: a proxy gave it in the upstream's place.
  bool refused_by_proxy() const;
  // Why it has failed, if it has: once it has completed, or a proxy has refused it.
  std::expected<void, TransferFault> result() const;
  IncomingAnswer take_head();  // status, headers and time of an answer whose head is there

 private:
  Result<void> make_handle(const HttpClientOptions& options, CurlPools& pools);
  void set_callbacks();
  void set_socket_callbacks();

  int may_send(const ConnectionEnds& ends);
  std::size_t read_body(char* to, std::size_t room);
  std::size_t write_body(std::string_view bytes);
  std::size_t read_head_line(std::string_view line);
  int status() const;

  OutgoingRequest request_;
  const Delivery delivery_;
  CurlSockets& sockets_;
  std::vector<curl_socket_t> opened_;  // for this transfer; some may be closed again
  std::shared_ptr<CURLSH> pool_;       // before easy_, which points at these two
  CurlLists lists_;
  CurlEasy easy_;
  Event news_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CURLcode code_ = CURLE_OK;
  bool completed_ = false;
  bool paused_ = false;
  CurlStop stop_ = CurlStop::none;
  bool sending_ = false;  // a connection is up and the request is about to leave on it
  std::size_t sent_ = 0;  // bytes of the body handed to libcurl
  CurlAnswer answer_;
};

}  // namespace gw
