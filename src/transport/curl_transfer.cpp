#include "transport/curl_transfer.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace gw {
namespace {

int version_of(CURL* easy) {
  long version = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return 10;
    case CURL_HTTP_VERSION_1_1:
      return 11;
    case CURL_HTTP_VERSION_2_0:
      return 20;
    default:
      return 0;
  }
}

AddressFamily family_of(CURL* easy) {
  char* text = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &text);
  if (text == nullptr || *text == '\0') return AddressFamily::any;
  return std::string_view(text).contains(':') ? AddressFamily::ipv6 : AddressFamily::ipv4;
}

}  // namespace

CurlTransfer::CurlTransfer(Executor executor, CurlSockets& sockets, OutgoingRequest request,
                           Delivery delivery)
    : request_(std::move(request)),
      delivery_(delivery),
      sockets_(sockets),
      news_(executor),
      answer_(delivery, request_.max_answer_bytes) {}

CurlTransfer& CurlTransfer::of(CURL* easy) {
  char* self = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
  return *reinterpret_cast<CurlTransfer*>(self);
}

// libcurl tells by null pointers and codes that memory has run out, and what takes them throws.
Result<void> CurlTransfer::prepare(const HttpClientOptions& options, CurlPools& pools) {
  try {
    return make_handle(options, pools);
  } catch (const std::bad_alloc&) {
    return fail(
        Error(ErrorKind::upstream_unavailable, "the gateway has no memory left to ask the upstream")
            .with_detail("libcurl has no handle for another request"));
  }
}

Result<void> CurlTransfer::make_handle(const HttpClientOptions& options, CurlPools& pools) {
  easy_ = make_easy();
  pool_ = pools.of(request_);
  set_option(easy_.get(), CURLOPT_SHARE, pool_.get());
  set_callbacks();
  set_socket_callbacks();
  GW_TRY(lists_, set_options(easy_.get(), request_, delivery_, options));
  return {};
}

void CurlTransfer::set_callbacks() {
  using Self = CurlTransfer*;
  auto* easy = easy_.get();
  set_option(easy, CURLOPT_PRIVATE, static_cast<void*>(this));
  set_option(easy, CURLOPT_ERRORBUFFER, error_text_.data());

  curl_write_callback write = [](char* bytes, std::size_t, std::size_t size, void* self) {
    return static_cast<Self>(self)->write_body({bytes, size});
  };
  set_option(easy, CURLOPT_WRITEFUNCTION, write);
  set_option(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));

  curl_write_callback head = [](char* bytes, std::size_t, std::size_t size, void* self) {
    return static_cast<Self>(self)->read_head_line({bytes, size});
  };
  set_option(easy, CURLOPT_HEADERFUNCTION, head);
  set_option(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));

  curl_read_callback read = [](char* to, std::size_t size, std::size_t count, void* self) {
    return static_cast<Self>(self)->read_body(to, size * count);
  };
  set_option(easy, CURLOPT_READFUNCTION, read);
  set_option(easy, CURLOPT_READDATA, static_cast<void*>(this));

  // Called when a connection is ready and before the request is written to it, each time. Until
  // then nothing has left.
  curl_prereq_callback ready = [](void* self, char* peer, char* local, int peer_port, int port) {
    return static_cast<Self>(self)->may_send({peer, peer_port, local, port});
  };
  set_option(easy, CURLOPT_PREREQFUNCTION, ready);
  set_option(easy, CURLOPT_PREREQDATA, static_cast<void*>(this));
}

// A connection may outlive the transfer that made it, so its end is told to the owner of all.
void CurlTransfer::set_socket_callbacks() {
  auto* easy = easy_.get();
  curl_opensocket_callback open = [](void* self, curlsocktype, curl_sockaddr* address) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const auto socket = transfer.sockets_.open(*address);
    if (socket != CURL_SOCKET_BAD) transfer.opened_.push_back(socket);
    return socket;
  };
  set_option(easy, CURLOPT_OPENSOCKETFUNCTION, open);
  set_option(easy, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));

  curl_closesocket_callback close = [](void* sockets, curl_socket_t socket) {
    static_cast<CurlSockets*>(sockets)->close(socket);
    return 0;
  };
  set_option(easy, CURLOPT_CLOSESOCKETFUNCTION, close);
  set_option(easy, CURLOPT_CLOSESOCKETDATA, static_cast<void*>(&sockets_));
}

// libcurl sends a request again by itself when a kept connection dies without an answer, and after
// HTTP/2's REFUSED_STREAM. One that costs money must not leave twice, so it ends here. And a kept
// connection is looked at in the last moment: libcurl 7.88 takes some that were closed for open
// (curl #10652), and nobody could tell what is lost on one of these from work that has begun.
int CurlTransfer::may_send(const ConnectionEnds& ends) {
  if (sending_ && !is_safe(request_)) {
    stop_ = CurlStop::second_send;
    return CURL_PREREQFUNC_ABORT;
  }
  long connections_made = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &connections_made);
  if (connections_made > 0) {
    sockets_.connected(ends, opened_);
  } else if (!sockets_.is_quiet(ends)) {
    stop_ = CurlStop::connection_lost;
    return CURL_PREREQFUNC_ABORT;
  }
  sending_ = true;
  return CURL_PREREQFUNC_OK;
}

bool CurlTransfer::begins_anew() {
  if (stop_ != CurlStop::connection_lost) return false;
  stop_ = CurlStop::none;
  completed_ = false;
  code_ = CURLE_OK;
  error_text_.front() = '\0';
  set_option(easy_.get(), CURLOPT_FRESH_CONNECT, 1L);
  return true;
}

std::size_t CurlTransfer::read_body(char* to, std::size_t room) {
  const auto size = std::min(room, request_.body.size() - sent_);
  std::memcpy(to, request_.body.data() + sent_, size);
  sent_ += size;
  if (sent_ == request_.body.size()) {
    // The upstream now works for minutes; megabytes of reference pictures need not wait with it.
    std::string().swap(request_.body);
    sent_ = 0;
  }
  return size;
}

std::size_t CurlTransfer::read_head_line(std::string_view line) {
  const bool had_head = has_head();
  if (answer_.head_line(line, status()) != CurlAnswer::Taken::yes) {
    stop_ = CurlStop::answer_too_large;
    return 0;
  }
  if (!had_head && has_head() && delivery_ == Delivery::in_pieces) news_.set();
  return line.size();
}

std::size_t CurlTransfer::write_body(std::string_view bytes) {
  switch (answer_.body(bytes)) {
    case CurlAnswer::Taken::yes:
      if (delivery_ == Delivery::in_pieces) news_.set();
      return bytes.size();
    case CurlAnswer::Taken::not_now:
      paused_ = true;
      return CURL_WRITEFUNC_PAUSE;
    case CurlAnswer::Taken::head_too_large:
    case CurlAnswer::Taken::body_too_large:
      break;
  }
  stop_ = CurlStop::answer_too_large;
  return 0;
}

void CurlTransfer::complete(CURLcode code) {
  if (completed_) return;
  code_ = code;
  completed_ = true;
  news_.set();
}

Async<void> CurlTransfer::wait() {
  while (!completed_) co_await wait_for_news();
}

Async<void> CurlTransfer::wait_for_head() {
  while (!has_head() && !completed_) co_await wait_for_news();
}

Async<void> CurlTransfer::wait_for_news() {
  co_await news_.wait();
  news_.reset();
}

// What libcurl kept meanwhile is delivered from here, and its refusal is told here and nowhere
// else.
void CurlTransfer::resume() {
  paused_ = false;
  const auto code = curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
  if (code != CURLE_OK) complete(code);
}

int CurlTransfer::status() const {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

bool CurlTransfer::refused_by_proxy() const {
  return request_.proxy.url.starts_with("http:") && is_proxys_refusal(easy_.get());
}

std::expected<void, TransferFault> CurlTransfer::result() const {
  const bool refused = refused_by_proxy();
  if (code_ == CURLE_OK && !refused) return {};
  return std::unexpected(fault_of({.easy = easy_.get(),
                                   .code = code_,
                                   .stop = stop_,
                                   .sending = sending_ && !refused,
                                   .proxied = !request_.proxy.empty(),
                                   .text = error_text_.data()}));
}

IncomingAnswer CurlTransfer::take_head() {
  curl_off_t first_byte = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_STARTTRANSFER_TIME_T, &first_byte);
  auto answer = answer_.take();
  answer.status = status();
  answer.first_byte =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(first_byte));
  answer.http_version = version_of(easy_.get());
  answer.family = family_of(easy_.get());
  return answer;
}

Transfer CurlTransfer::take() {
  if (auto ended = result(); !ended) return std::unexpected(std::move(ended).error());
  return take_head();
}

}  // namespace gw
