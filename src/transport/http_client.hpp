// Outgoing HTTP: the interface and its values. libcurl stays behind curl_client.cpp.
#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "transport/proxy.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw {

enum class AddressFamily : std::uint8_t { any, ipv4, ipv6 };

struct OutgoingRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // sent with Content-Length, never with Expect
  Proxy proxy;       // the environment's proxies are ignored
  // Whose connections it goes by: it never shares one with a request of another partition. A name
  // of the caller's choice; empty: nobody's.
  std::string partition;
  // "192.0.2.1:443", "[2001:db8::1]:443": where to connect, whatever the URL's host would resolve
  // to. The host is still what Host, SNI and the certificate go by. A connection of its own.
  std::string connects_to;
  AddressFamily family = AddressFamily::any;  // of the address that is connected to
  std::string user_agent;                     // empty: the gateway's own
  std::chrono::milliseconds connect_time{10'000};
  std::chrono::milliseconds total_time{600'000};
  std::size_t max_answer_bytes = 64u << 20;  // over it the transfer is cut: upstream_error
};

// An answer's body as it came: blocks of 256 kB, because upstream answers are large, come chunked,
// and a doubling buffer would hold them twice. No block is empty.
struct IncomingBody {
  std::vector<std::string> blocks;
  std::size_t size() const;
  std::string joined() const;  // a copy; for small bodies
};

struct IncomingAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  IncomingBody body;
  std::string_view header(std::string_view lower_case_name) const;  // empty when absent
  std::chrono::milliseconds first_byte{0};
  int http_version = 0;                       // 10, 11 or 20; 0: not known
  AddressFamily family = AddressFamily::any;  // of the address that it came from, or of the proxy's
};

// An edge in front of the upstream answered in its place, or would (edge/gate.hpp). The fault's
// `stage` says whether the upstream can have seen the request, its error who has to do what.
struct EdgeTrouble {
  enum class Advice : std::uint8_t {
    fail,
    again,  // the answer was to a clearance that has been replaced since: once more
    hold,   // until the edge lets us through again
  };
  Advice advice = Advice::fail;
  bool challenged = false;  // this very request was, and is not to be sent a third time
  // Nothing more is let through: for so long, or until somebody acts.
  bool shut = false;
  std::optional<std::chrono::milliseconds> shut_for;
};

// Why no answer came. What matters to a caller that pays: could the upstream have begun the work?
struct TransferFault {
  enum class Stage {
    before_send,  // name, connection, TLS or proxy failed: nothing of the request left
    unsure,       // some of it left, and the answer was lost
  };
  Stage stage = Stage::before_send;
  bool timed_out = false;
  Error error;  // upstream_unavailable, upstream_timeout or upstream_error; with `edge` others too
  std::optional<EdgeTrouble> edge = {};
};

using Transfer = std::expected<IncomingAnswer, TransferFault>;

// I/O thread only. Never follows redirects (credentials would follow too). Cancelling the coroutine
// aborts the transfer. Status codes are the caller's business: any complete answer is a value.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual Async<Transfer> perform(OutgoingRequest request) = 0;
  // Why nothing would be sent at present; nothing: it would. For those who have to write down that
  // they send.
  virtual std::optional<TransferFault> refusal() { return std::nullopt; }
};

// An answer whose body is read while it comes. Destroying it ends the transfer. I/O thread only.
class IncomingStream {
 public:
  virtual ~IncomingStream() = default;
  virtual const IncomingAnswer& head() const = 0;  // its body is empty
  // The next bytes, as many as have come; none at the end. While nobody asks, about 100 kB wait
  // here and the sender waits with the rest. After a fault nothing more comes. One reader at a
  // time.
  virtual Async<std::expected<std::string, TransferFault>> next() = 0;
};

using Opening = std::expected<std::unique_ptr<IncomingStream>, TransferFault>;

class StreamingHttpClient : public HttpClient {
 public:
  // Like perform(), but there once the head is. The answer comes by HTTP/1.1 and unencoded: what is
  // not read must wait at the sender and not in our memory. `total_time` and `max_answer_bytes`
  // bound the whole of it.
  virtual Async<Opening> open(OutgoingRequest request) = 0;
  // Closes the connections that are kept for later, of every partition without a request under
  // way.
  virtual void close_idle() {}
};

struct HttpClientOptions {
  // A file of certificates (PEM) that are trusted besides the system's; empty: none.
  std::string ca_file;
};

// One libcurl multi handle on `io`, one private epoll descriptor. TLS is always verified.
std::unique_ptr<StreamingHttpClient> make_curl_client(asio::io_context& io,
                                                      HttpClientOptions options = {});

}  // namespace gw
