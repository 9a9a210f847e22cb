#include "base/event.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace gw {

Async<void> Event::wait() {
  while (!set_) {
    // Deferred, because use_awaitable makes a coroutine of its own, and ten thousand requests wait
    // here.
    co_await timer_.async_wait(asio::as_tuple(asio::deferred));
    // set() and a cancelled coroutine both end the wait with operation_aborted; the state tells
    // them apart.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (!set_ && state.cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error(asio::error::operation_aborted);
    }
  }
}

}  // namespace gw
