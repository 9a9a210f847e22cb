#include "http/listener.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace gw::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr int kFirstInherited = 3;  // sd_listen_fds(3)
// The kernel cuts it down to net.core.somaxconn.
constexpr int kBacklog = 65'535;

std::unexpected<Error> refuse(std::string message) {
  return fail(Error(ErrorKind::conflict, std::move(message)));
}

std::optional<long> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (!text) return std::nullopt;
  const std::string_view digits(text);
  long number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return number;
}

int socket_option(int descriptor, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

Result<Acceptor> inherit(asio::io_context& io, long count) {
  if (count != 1)
    return refuse(fmt::format("{} sockets were inherited, but only one is served", count));
  const auto domain = socket_option(kFirstInherited, SO_DOMAIN);
  const bool listens = socket_option(kFirstInherited, SO_ACCEPTCONN) == 1 &&
                       socket_option(kFirstInherited, SO_TYPE) == SOCK_STREAM;
  if (!listens || (domain != AF_INET && domain != AF_INET6)) {
    return refuse("the inherited descriptor is not a listening TCP socket");
  }
  ::fcntl(kFirstInherited, F_SETFD, FD_CLOEXEC);
  Acceptor acceptor(io.get_executor());
  error_code error;
  acceptor.assign(domain == AF_INET6 ? tcp::v6() : tcp::v4(), kFirstInherited, error);
  if (error) return refuse("cannot use the inherited socket: " + error.message());
  return acceptor;
}

Result<tcp::endpoint> endpoint_of(asio::io_context& io, const std::string& host,
                                  std::uint16_t port) {
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (!error) return tcp::endpoint(address, port);
  tcp::resolver resolver(io);  // blocks, but only before anything has started
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty())
    return refuse(fmt::format("cannot find the host '{}' to listen on", host));
  return found.begin()->endpoint();
}

Result<Acceptor> bind_to(asio::io_context& io, const std::string& host, std::uint16_t port) {
  GW_TRY(const auto endpoint, endpoint_of(io, host, port));
  Acceptor acceptor(io.get_executor());
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (error) return refuse(fmt::format("cannot listen on {}:{}: {}", host, port, error.message()));
  return acceptor;
}

}  // namespace

Result<Acceptor> open_listener(asio::io_context& io, const std::string& host, std::uint16_t port) {
  const auto count = number_in("LISTEN_FDS");
  const bool inherited = count && *count > 0 && number_in("LISTEN_PID") == long{::getpid()};
  if (inherited) {
    ::unsetenv("LISTEN_FDS");
    ::unsetenv("LISTEN_PID");
  }
  GW_TRY(auto acceptor, inherited ? inherit(io, *count) : bind_to(io, host, port));
  error_code error;
  acceptor.non_blocking(true, error);
  if (error) return refuse("cannot prepare the listening socket: " + error.message());
  return acceptor;
}

}  // namespace gw::http
