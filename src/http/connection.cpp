#include "http/connection.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <utility>

namespace gw::http {
namespace {

using boost::system::error_code;

std::string address_of(const Socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};  // reset before it was served
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

bool is_retry(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again ||
         error == asio::error::interrupted;
}

// What the kernel still holds for the peer. It calls a socket writable only after a third of
// megabytes has drained, so a slow reader's progress shows here long before.
int unacknowledged(Socket& socket) {
  int bytes = 0;
  return ::ioctl(socket.native_handle(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

// Drops what has been written from the front.
std::span<asio::const_buffer> rest_of(std::span<asio::const_buffer> buffers, std::size_t written) {
  while (!buffers.empty() && written >= buffers.front().size()) {
    written -= buffers.front().size();
    buffers = buffers.subspan(1);
  }
  if (!buffers.empty()) buffers.front() += written;
  return buffers;
}

}  // namespace

Connection::Connection(Socket socket)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      remote_address_(address_of(socket_)) {
  error_code ignored;  // the first read or write will tell
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Async<IoStatus> Connection::receive(std::span<char> scratch) {
  for (;;) {
    error_code error;
    co_await socket_.async_wait(Socket::wait_read, asio::redirect_error(use_awaitable, error));
    if (expired_) co_return IoStatus::timed_out;
    if (error) co_return IoStatus::closed;
    const auto count = socket_.read_some(asio::buffer(scratch.data(), scratch.size()), error);
    if (is_retry(error)) continue;
    if (error) co_return IoStatus::closed;
    input_.append(scratch.data(), count);
    co_return IoStatus::ok;
  }
}

Async<IoStatus> Connection::send(std::span<asio::const_buffer> buffers, Patience patience) {
  std::uint64_t taken = 0;
  for (buffers = rest_of(buffers, 0); !buffers.empty();) {
    error_code error;
    const auto count = socket_.write_some(buffers, error);
    if (error && !is_retry(error)) co_return IoStatus::closed;
    bytes_sent_ += count;
    buffers = rest_of(buffers, count);
    if (buffers.empty()) break;
    if (deadline_ == SteadyTime::max()) {
      taken = taken_by_peer();
      expire_in(patience.time);
    }
    sending_ = true;
    co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(use_awaitable, error));
    sending_ = false;
    if (expired_) {
      if (cut_ || taken_by_peer() - taken < patience.least) co_return IoStatus::timed_out;
      continue;
    }
    if (error) co_return IoStatus::closed;
  }
  never_expire();
  if (std::exchange(cut_, false)) cancel_session();
  co_return IoStatus::ok;
}

void Connection::cut(std::chrono::milliseconds time) {
  if (!sending_) return cancel_session();
  cut_ = true;
  expire_in(time);
}

std::uint64_t Connection::taken_by_peer() {
  return bytes_sent_ - static_cast<std::uint64_t>(unacknowledged(socket_));
}

void Connection::release_input() {
  if (input_.empty()) std::string().swap(input_);
}

void Connection::expire_in(std::chrono::milliseconds time) {
  expired_ = false;
  deadline_ = std::chrono::steady_clock::now() + time;
  // A timer that looks earlier is left alone: it sees the later deadline and goes on. So an
  // ordinary request, which only ever moves its deadline back, touches no timer.
  if (armed_ > deadline_) arm();
}

void Connection::arm() {
  armed_ = deadline_;
  timer_.expires_at(armed_);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error) self->on_timer();
  });
}

void Connection::on_timer() {
  armed_ = SteadyTime::max();
  if (deadline_ == SteadyTime::max()) return;
  if (std::chrono::steady_clock::now() < deadline_) return arm();
  expired_ = true;
  never_expire();
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::shutdown_send() {
  error_code ignored;  // the peer may have gone first
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Connection::close() {
  never_expire();
  timer_.cancel();
  error_code ignored;  // nothing is left to do about it
  socket_.close(ignored);
}

}  // namespace gw::http
