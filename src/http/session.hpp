// One connection from its first byte to its last: read, guard, handle, answer, again.
#pragma once

#include "base/task.hpp"
#include "http/connection.hpp"
#include "http/server_core.hpp"

#include <memory>

namespace gw::http {

// Serves requests one after another until one side closes. What escapes is a bug in a hook, or
// operation_aborted when the server cut the session off.
Async<void> serve(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection);

// For a connection over the bound: says so and closes.
Async<void> turn_away(std::shared_ptr<ServerCore> core, std::shared_ptr<Connection> connection);

}  // namespace gw::http
