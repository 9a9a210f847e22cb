// Where connections come from: a socket of our own, or one inherited from systemd.
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace gw::http {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

// A listening, non-blocking socket. Takes the one that LISTEN_FDS and LISTEN_PID announce and
// unsets them; otherwise binds host:port with SO_REUSEADDR. The error's message is for the
// operator.
Result<Acceptor> open_listener(asio::io_context& io, const std::string& host, std::uint16_t port);

}  // namespace gw::http
