// One client's socket: bytes that came and are not used yet, one deadline, gathered writes.
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/task.hpp"
#include "base/task_group.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace gw::http {

// Typed with the concrete executor: any_io_executor costs 5 % of a small request.
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

// How slow a reader may be: `least` bytes must go within each `time`.
struct Patience {
  // None: all of it must go within the time.
  static constexpr auto kAll = std::numeric_limits<std::uint64_t>::max();

  std::chrono::milliseconds time;
  std::uint64_t least = 1;
};

enum class IoStatus : std::uint8_t { ok, closed, timed_out };

// Shared by its session and by waits that may complete after the session has ended; I/O thread
// only. Every operation waits for readiness first and then reads or writes without blocking, so
// nothing large is held while a client is slow. Cancelling the session's coroutine ends them with
// `closed` or operation_aborted.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(Socket socket);

  const std::string& remote_address() const { return remote_address_; }
  Socket& socket() { return socket_; }
  std::uint64_t bytes_sent() const { return bytes_sent_; }

  // Received and not consumed yet.
  std::string& input() { return input_; }
  // Waits for more and appends it. `scratch` is used only while nothing waits, so all connections
  // share it.
  Async<IoStatus> receive(std::span<char> scratch);
  // Writes all buffers, up to 64 of them in one system call; they stay valid until it ends.
  Async<IoStatus> send(std::span<asio::const_buffer> buffers, Patience patience);

  // Gives the buffer back while nothing is in it: a waiting request must be small.
  void release_input();

  // The session that serves this connection; filled by the server when it has spawned it.
  void set_session(TaskGroup::Member session) { session_ = std::move(session); }
  void cancel_session() { session_.cancel(); }
  // The server ends: cancels the session at once; or, if it is writing, when that is out, for which
  // there is so much time.
  void cut(std::chrono::milliseconds time);

  // One deadline for whatever is awaited: it ends with timed_out.
  void expire_in(std::chrono::milliseconds time);
  void never_expire() { deadline_ = SteadyTime::max(); }

  // No byte of a next request is here: a drain may end the connection soon.
  bool idle() const { return idle_; }
  void set_idle(bool idle) { idle_ = idle; }

  void shutdown_send();
  void close();

 private:
  std::uint64_t taken_by_peer();
  void arm();
  void on_timer();

  Socket socket_;
  Event::Timer timer_;
  SteadyTime deadline_ = SteadyTime::max();
  SteadyTime armed_ = SteadyTime::max();  // when the timer looks next
  TaskGroup::Member session_;
  std::string input_;
  std::string remote_address_;
  std::uint64_t bytes_sent_ = 0;
  bool idle_ = false;
  bool expired_ = false;
  bool sending_ = false;
  bool cut_ = false;
};

}  // namespace gw::http
