#include "providers/dreamifly/single_flight.hpp"

#include <boost/asio/this_coro.hpp>

namespace gw::dreamifly {

Async<SingleFlight::Turn> SingleFlight::take() {
  for (auto current = current_.lock(); current && !current->is_set(); current = current_.lock()) {
    co_await current->wait();
  }
  const Executor io = co_await asio::this_coro::executor;
  auto ended = std::make_shared<Event>(io);
  current_ = ended;
  co_return Turn(std::move(ended));
}

}  // namespace gw::dreamifly
