// The HTTP/1.1 server: accept loop, connection bound, drain. It knows nothing about images.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "base/request_context.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "http/router.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gw::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8088;                 // 0 picks a free one (tests)
  std::size_t max_connections = 10'000;      // over it: accepted, answered 503 and closed
  std::size_t max_header_bytes = 16 * 1024;  // request line and fields; over it 431
  std::size_t max_body_memory = 256u << 20;  // of all request bodies together; over it 503
  std::chrono::milliseconds header_time{
      5'000};  // from the first byte of a request to the end of its head; 408
  std::chrono::milliseconds body_time{60'000};  // for the whole body; 408
  std::chrono::milliseconds idle_time{75'000};  // between requests; the connection is closed
  // In this time a response must go on by least_rate at least, or its connection is closed: a
  // reader that takes a byte now and then would keep a picture in memory for ever.
  std::chrono::milliseconds write_time{60'000};
  std::size_t least_rate = 1'000;  // bytes a second
  // At the deadline of a drain: for what is being written, and then for the last words of a stream.
  std::chrono::milliseconds cut_time{1'000};
};

// What the layer above decides. All run on the I/O thread, and none may throw. All but render_error
// may be empty.
struct ServerHooks {
  std::function<Response(const Error& error, const RequestContext& context)> render_error;
  // Words the error for a request that no route takes; `allowed` is empty for an unknown path (404)
  // and names the methods otherwise (405). Without it: plain sentences.
  std::function<Error(const RequestHead& head, std::string_view allowed)> unrouted;
  // Answers OPTIONS (CORS preflight) without guard or body; nothing: the router decides.
  std::function<std::optional<Response>(const RequestHead& head)> preflight;
  // Completes the context when the head is known: client address and origin behind trusted proxies.
  std::function<void(const RequestHead& head, RequestContext& context)> identify;
  // Every response passes here before it is written, errors too: CORS and security headers.
  std::function<void(const RequestHead& head, const RequestContext& context, Response& response)>
      decorate;
  // Once for each request, after its response was written or its client left (status 499). A head
  // that was malformed, too large or too slow counts as a request without method and target.
  std::function<void(const RequestHead& head, const RequestContext& context, int status,
                     std::uint64_t bytes_sent)>
      finished;
};

struct ServerCounters {
  std::size_t connections = 0;       // open now
  std::size_t requests_waiting = 0;  // handlers running now
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;    // over max_connections
  std::uint64_t malformed = 0;  // heads that the strict check refused
};

// A client that closes its sending side while its request waits counts as gone: an ordinary
// departure looks the same. A client that pipelines is not watched: its next request stands before
// its end of stream.
class Server {
 public:
  // Cancels what is left after drain(); the io_context outlives the server, router, clock and
  // random too.
  virtual ~Server() = default;
  // The bound port, for options.port 0.
  virtual std::uint16_t port() const = 0;
  // Accepts until drain(). Returns at once; the work runs on the io_context.
  virtual void start() = 0;
  // Stops accepting; answers get `Connection: close`. Idle connections have a quarter of a second
  // left, because a busy client's next request is already on its way and would fail. Finishes when
  // the last request has been answered; at `deadline` what is left is cancelled and answered with
  // shutting_down, and streams conclude with it. That may take twice the cut_time more.
  virtual Async<void> drain(SteadyTime deadline) = 0;
  virtual const ServerCounters& counters() const = 0;
};

// Binds at once: a port in use is an Error, before anything else has started. An inherited
// listening socket (systemd socket activation: LISTEN_FDS, LISTEN_PID) is taken instead of binding,
// and the two variables are unset.
Result<std::unique_ptr<Server>> make_server(asio::io_context& io, ServerOptions options,
                                            const Router& router, ServerHooks hooks,
                                            const Clock& clock, Random& random);

}  // namespace gw::http
