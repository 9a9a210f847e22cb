#include "http/server.hpp"

#include "base/event.hpp"
#include "base/task_group.hpp"
#include "http/connection.hpp"
#include "http/listener.hpp"
#include "http/server_core.hpp"
#include "http/session.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace gw::http {
namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

// How many connections one turn of the loop takes, so that a storm of them does not starve the
// others.
constexpr int kAcceptBurst = 64;
// Without free descriptors accept() fails at once and again: wait for some to be closed.
constexpr milliseconds kDescriptorPause{100};
// A refusal holds its descriptor until it is read; beyond this many the door just closes.
constexpr std::size_t kMostRefusals = 64;

// A bug in a hook leaves io_context::run() and ends the process: the hooks are what would have told
// of it.
[[noreturn]] void rethrow(std::exception_ptr bug) {
  std::rethrow_exception(bug);
}

// Shared by the server and its accept loop.
struct Door {
  Door(asio::io_context& context, Acceptor listening, std::shared_ptr<ServerCore> shared)
      : io(context.get_executor()), acceptor(std::move(listening)), core(std::move(shared)) {}

  Executor io;
  Acceptor acceptor;
  std::shared_ptr<ServerCore> core;
  TaskGroup loop{io, rethrow};
  TaskGroup sessions{io, rethrow};
  TaskGroup refusals{io, rethrow};
};

void admit(Door& door, Socket socket) {
  auto& counters = door.core->counters;
  ++counters.accepted;
  const bool full = counters.connections >= door.core->options.max_connections;
  if (full) ++counters.refused;
  if (full && door.refusals.size() >= kMostRefusals) return;
  auto connection = std::make_shared<Connection>(std::move(socket));
  auto work = full ? turn_away(door.core, connection) : serve(door.core, connection);
  auto& group = full ? door.refusals : door.sessions;
  connection->set_session(group.spawn(std::move(work)));
}

enum class Burst { done, out_of_descriptors };

Burst accept_pending(Door& door) {
  for (int taken = 0; taken < kAcceptBurst; ++taken) {
    Socket socket(door.io);
    error_code error;
    door.acceptor.accept(socket, error);
    if (error == asio::error::would_block || error == asio::error::try_again) break;
    const bool exhausted = error.value() == EMFILE || error.value() == ENFILE ||
                           error.value() == ENOBUFS || error.value() == ENOMEM;
    if (exhausted) return Burst::out_of_descriptors;
    if (!error) admit(door, std::move(socket));  // else this one left before it was served
  }
  return Burst::done;
}

Async<void> accept_until_closed(std::shared_ptr<Door> door) {
  Event::Timer pause(door->io);
  while (door->acceptor.is_open()) {
    error_code error;
    co_await door->acceptor.async_wait(Acceptor::wait_read,
                                       asio::redirect_error(use_awaitable, error));
    if (error) co_return;  // closed by a drain
    if (accept_pending(*door) == Burst::done) continue;
    pause.expires_after(kDescriptorPause);
    co_await pause.async_wait(use_awaitable);
  }
}

// A copy is gone through: whoever is cut may be gone before the next one's turn.
void cut_all(const ServerCore& core) {
  std::vector<std::shared_ptr<Connection>> open;
  for (auto* connection : core.connections) open.push_back(connection->shared_from_this());
  for (const auto& connection : open) connection->cut(core.options.cut_time);
}

class AsioServer final : public Server {
 public:
  AsioServer(std::shared_ptr<Door> door, std::uint16_t port)
      : door_(std::move(door)), port_(port) {}
  ~AsioServer() override {
    close_door();
    door_->loop.cancel();
    door_->refusals.cancel();
    door_->sessions.cancel();
  }

  std::uint16_t port() const override { return port_; }
  const ServerCounters& counters() const override { return door_->core->counters; }
  void start() override { door_->loop.spawn(accept_until_closed(door_)); }
  Async<void> drain(SteadyTime deadline) override;

 private:
  void close_door() {
    error_code ignored;  // already closed
    door_->acceptor.close(ignored);
  }

  std::shared_ptr<Door> door_;
  std::uint16_t port_;
};

Async<void> AsioServer::drain(SteadyTime deadline) {
  const auto door = door_;
  if (door->acceptor.is_open()) accept_pending(*door);  // whom the kernel has let in gets an answer
  close_door();
  door->loop.cancel();
  auto& core = *door->core;
  core.phase = ServerCore::Phase::draining;
  for (auto* connection : core.connections) {
    if (connection->idle()) connection->expire_in(core.idle_time());
  }
  co_await door->sessions.wait_until_empty(deadline);
  core.phase = ServerCore::Phase::cutting;
  cut_all(core);
  door->refusals.cancel();
  co_await door->sessions.wait_until_empty();
  co_await door->refusals.wait_until_empty();
  co_await door->loop.wait_until_empty();
}

}  // namespace

Result<std::unique_ptr<Server>> make_server(asio::io_context& io, ServerOptions options,
                                            const Router& router, ServerHooks hooks,
                                            const Clock& clock, Random& random) {
  GW_TRY(auto acceptor, open_listener(io, options.host, options.port));
  error_code error;
  const auto endpoint = acceptor.local_endpoint(error);
  if (error)
    return fail(Error::internal("the listening socket has no address: " + error.message()));
  auto core =
      std::make_shared<ServerCore>(std::move(options), router, std::move(hooks), clock, random);
  auto door = std::make_shared<Door>(io, std::move(acceptor), std::move(core));
  return std::make_unique<AsioServer>(std::move(door), endpoint.port());
}

}  // namespace gw::http
