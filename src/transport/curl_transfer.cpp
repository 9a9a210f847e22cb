#include "transport/curl_transfer.hpp"

#include "transport/http_library.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

namespace gw {
namespace {

constexpr std::size_t kBlockSize = 256u << 10;
constexpr std::size_t kMaxHead = 256u << 10;
constexpr std::size_t kSmallBody = 16u << 10;
// In pieces: above the second bound the sender has to wait.
constexpr std::size_t kPieceSize = 64u << 10;
constexpr std::size_t kMostPending = 64u << 10;
// Whole seconds, so less than two. Servers close what was idle for five seconds (Node, uvicorn) or
// more; a request must not meet that moment on its way.
constexpr long kMaxIdleSeconds = 1;
constexpr const char* kUserAgent = "dreamifly-2api/" GW_VERSION;

bool is_safe(const std::string& method) {
  return method == "GET" || method == "HEAD";
}

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  });
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// A header without a value is spelled "Name;" for libcurl; "Name:" would remove one of its own.
std::string header_line(const std::string& name, const std::string& value) {
  return value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
}

long resolved_as(AddressFamily family) {
  switch (family) {
    case AddressFamily::any:
      return CURL_IPRESOLVE_WHATEVER;
    case AddressFamily::ipv4:
      return CURL_IPRESOLVE_V4;
    case AddressFamily::ipv6:
      return CURL_IPRESOLVE_V6;
  }
  return CURL_IPRESOLVE_WHATEVER;
}

// All that this libcurl decodes, in an order of ours; nothing else may be asked for.
const std::string& accepted_encodings() {
  static const std::string list = fmt::format("{}", fmt::join(http_library().decoders, ", "));
  return list;
}

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
      easy_(make_easy()),
      news_(executor) {}

CurlTransfer& CurlTransfer::of(CURL* easy) {
  char* self = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
  return *reinterpret_cast<CurlTransfer*>(self);
}

Result<void> CurlTransfer::prepare(const HttpClientOptions& options) {
  if (has_line_break(request_.url) || has_line_break(request_.method) ||
      has_line_break(request_.proxy) || has_line_break(request_.user_agent)) {
    return fail(Error::internal("a line break in an outgoing URL, method, proxy or User-Agent"));
  }
  set_callbacks();
  set_socket_callbacks();
  set_target();
  set_trust(options);
  set_method();
  return set_headers();
}

void CurlTransfer::set_target() {
  auto* easy = easy_.get();
  set_option(easy, CURLOPT_URL, request_.url.c_str());
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_FOLLOWLOCATION, 0L);
  // Set even when empty: unset, libcurl would take http_proxy and no_proxy from the environment.
  set_option(easy, CURLOPT_PROXY, request_.proxy.c_str());
  set_option(easy, CURLOPT_NOPROXY, "");
  set_address();
  set_option(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_delivery();
  set_option(easy, CURLOPT_NOSIGNAL, 1L);
  set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_time.count()));
  set_option(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.total_time.count()));
  set_option(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  // As an option and not among the headers, so that its place is the same whoever it names.
  const auto& agent = request_.user_agent;
  set_option(easy, CURLOPT_USERAGENT, agent.empty() ? kUserAgent : agent.c_str());
}

// The system's certificates stay trusted beside a file: that only takes the place of libcurl's own
// file, and the folder of the same certificates is looked at too.
void CurlTransfer::set_trust(const HttpClientOptions& options) {
  auto* easy = easy_.get();
  set_option(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set_option(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) set_option(easy, CURLOPT_CAINFO, options.ca_file.c_str());
}

// CONNECT_TO and not RESOLVE: its entry belongs to this request alone and matches whatever the host
// looks like ("::" stands for any host and port), so libcurl has no name left to look up.
void CurlTransfer::set_address() {
  auto* easy = easy_.get();
  set_option(easy, CURLOPT_IPRESOLVE, resolved_as(request_.family));
  if (request_.connects_to.empty()) return;
  append(connect_to_, "::" + request_.connects_to);
  set_option(easy, CURLOPT_CONNECT_TO, connect_to_.get());
  set_option(easy, CURLOPT_FRESH_CONNECT, 1L);
  set_option(easy, CURLOPT_FORBID_REUSE, 1L);
}

// Pieces are what a slow reader must be able to hold back: an HTTP/2 stream of libcurl takes 32 MB
// in before its sender has to wait, and one encoded block may become any number of bytes.
void CurlTransfer::set_delivery() {
  auto* easy = easy_.get();
  if (delivery_ == Delivery::in_pieces) {
    set_option(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set_option(easy, CURLOPT_BUFFERSIZE, static_cast<long>(kPieceSize));
    return;
  }
  // HTTP/1.1 in the clear, h2 by ALPN over TLS.
  set_option(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set_option(easy, CURLOPT_ACCEPT_ENCODING, accepted_encodings().c_str());
  set_option(easy, CURLOPT_BUFFERSIZE, static_cast<long>(kBlockSize));
}

// A large body comes from a callback that cannot be rewound, and its memory is free once it is
// sent. A small one leaves in one packet with its head. Neither leaves twice: see may_send().
void CurlTransfer::set_method() {
  auto* easy = easy_.get();
  if (request_.method == "GET" && request_.body.empty()) {
    set_option(easy, CURLOPT_HTTPGET, 1L);
    return;
  }
  if (request_.method == "HEAD") {
    set_option(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  set_option(easy, CURLOPT_POST, 1L);
  set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  if (request_.body.size() <= kSmallBody)
    set_option(easy, CURLOPT_POSTFIELDS, request_.body.c_str());
  if (request_.method != "POST") set_option(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

Result<void> CurlTransfer::set_headers() {
  bool content_type = false;
  for (const auto& [name, value] : request_.headers) {
    if (name.empty() || has_line_break(name) || has_line_break(value) ||
        name.find_first_of(": ") != std::string::npos) {
      return fail(Error::internal("an outgoing header that cannot be sent: " + name));
    }
    content_type = content_type || same_name(name, "content-type");
    append(headers_, header_line(name, value));
  }
  append(headers_, "Expect:");
  if (!content_type) append(headers_, "Content-Type:");
  set_option(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
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
  if (sending_ && !is_safe(request_.method)) {
    stop_ = Stop::second_send;
    return CURL_PREREQFUNC_ABORT;
  }
  long connections_made = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &connections_made);
  if (connections_made > 0) {
    sockets_.connected(ends, opened_);
  } else if (!sockets_.is_quiet(ends)) {
    stop_ = Stop::connection_lost;
    return CURL_PREREQFUNC_ABORT;
  }
  sending_ = true;
  return CURL_PREREQFUNC_OK;
}

bool CurlTransfer::begins_anew() {
  if (stop_ != Stop::connection_lost) return false;
  stop_ = Stop::none;
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

// Every status line starts anew: interim answers (1xx) come before the real one. Lines after the
// body has begun are trailers, which nobody here wants.
std::size_t CurlTransfer::read_head_line(std::string_view line) {
  if (answer_size_ > 0 || head_complete_) return line.size();
  head_size_ += line.size();
  if (head_size_ > kMaxHead) {
    stop_ = Stop::head_too_large;
    return 0;
  }
  if (line.starts_with("HTTP/")) {
    answer_.headers.clear();
    return line.size();
  }
  if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    answer_.headers.emplace_back(lower_case(line.substr(0, colon)),
                                 without_blanks(line.substr(colon + 1)));
  }
  constexpr int kFirstFinalStatus = 200;
  if (without_blanks(line).empty() && status() >= kFirstFinalStatus) {
    head_complete_ = true;
    if (delivery_ == Delivery::in_pieces) news_.set();
  }
  return line.size();
}

std::size_t CurlTransfer::write_body(std::string_view bytes) {
  if (pending_.size() >= kMostPending) {  // these bytes will be offered again
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  answer_size_ += bytes.size();
  if (answer_size_ > request_.max_answer_bytes) {
    stop_ = Stop::answer_too_large;
    return 0;
  }
  if (delivery_ == Delivery::in_pieces) return keep_piece(bytes);
  append_to_blocks(bytes);
  return bytes.size();
}

std::size_t CurlTransfer::keep_piece(std::string_view bytes) {
  pending_ += bytes;
  news_.set();
  return bytes.size();
}

void CurlTransfer::append_to_blocks(std::string_view bytes) {
  auto& blocks = answer_.body.blocks;
  while (!bytes.empty()) {
    if (blocks.empty() || blocks.back().size() == kBlockSize) {
      // Most answers are small: only from the second block on is it worth having all the room at
      // once.
      const bool large = !blocks.empty();
      blocks.emplace_back();
      if (large) blocks.back().reserve(kBlockSize);
    }
    const auto size = std::min(bytes.size(), kBlockSize - blocks.back().size());
    blocks.back().append(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
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
  while (!head_complete_ && !completed_) co_await wait_for_news();
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

std::expected<void, TransferFault> CurlTransfer::result() const {
  if (code_ != CURLE_OK) return std::unexpected(fault());
  return {};
}

IncomingAnswer CurlTransfer::take_head() {
  curl_off_t first_byte = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_STARTTRANSFER_TIME_T, &first_byte);
  answer_.status = status();
  answer_.first_byte =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(first_byte));
  answer_.http_version = version_of(easy_.get());
  answer_.family = family_of(easy_.get());
  return std::move(answer_);
}

Transfer CurlTransfer::take() {
  if (code_ != CURLE_OK) return std::unexpected(fault());
  return take_head();
}

TransferFault CurlTransfer::fault() const {
  TransferFault fault;
  fault.stage = sending_ ? TransferFault::Stage::unsure : TransferFault::Stage::before_send;
  fault.timed_out = code_ == CURLE_OPERATION_TIMEDOUT;
  auto kind = ErrorKind::upstream_error;
  std::string_view message = "the connection to the upstream broke before its answer was complete";
  if (stop_ == Stop::answer_too_large || stop_ == Stop::head_too_large) {
    message = "the upstream's answer is larger than the gateway accepts";
  } else if (!sending_) {
    kind = ErrorKind::upstream_unavailable;
    message = "the upstream cannot be reached";
  } else if (fault.timed_out) {
    kind = ErrorKind::upstream_timeout;
    message = "the upstream did not answer in time";
  }
  std::string_view text = error_text_.data();
  if (stop_ == Stop::second_send) text = "a kept connection broke without an answer";
  fault.error = Error(kind, std::string(message))
                    .with_detail(fmt::format("curl {}: {}", static_cast<int>(code_),
                                             text.empty() ? curl_easy_strerror(code_) : text));
  return fault;
}

}  // namespace gw
