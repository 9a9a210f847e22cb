#include "tests/support/fake_proxy.hpp"

#include "base/base64.hpp"
#include "tests/support/raw_http.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace gw::test {
namespace {

constexpr char kSocks = 5;

std::uint16_t port_of(std::string_view target) {
  const auto colon = target.rfind(':');
  return colon == std::string_view::npos
             ? std::uint16_t{80}
             : static_cast<std::uint16_t>(std::stoul(std::string(target.substr(colon + 1))));
}

// "http://host:port/path" → "host:port"
std::string authority_of(std::string_view target) {
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos)
    target.remove_prefix(scheme + 3);
  return std::string(target.substr(0, target.find('/')));
}

std::pair<std::string, std::string> split(std::string_view credentials) {
  const auto colon = std::min(credentials.find(':'), credentials.size());
  return {std::string(credentials.substr(0, colon)),
          std::string(credentials.substr(std::min(colon + 1, credentials.size())))};
}

// What comes from one side goes to the other, until either ends.
Async<void> pass_on(std::shared_ptr<Socket> from, std::shared_ptr<Socket> to) {
  std::array<char, 16'384> bytes{};
  boost::system::error_code error;
  for (;;) {
    const auto size = co_await from->async_read_some(asio::buffer(bytes),
                                                     asio::redirect_error(use_awaitable, error));
    if (error) break;
    if (!co_await write_bytes(*to, std::string(bytes.data(), size))) break;
  }
  to->shutdown(Socket::shutdown_both, error);
}

}  // namespace

class FakeProxy::Server {
 public:
  explicit Server(FakeProxyOptions options)
      : options_(std::move(options)),
        acceptor_(io_.get_executor(), {asio::ip::address_v4::loopback(), 0}),
        port_(acceptor_.local_endpoint().port()) {
    asio::co_spawn(io_.get_executor(), accept(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Server() {
    io_.stop();
    thread_.join();
  }

  std::uint16_t port() const { return port_; }
  std::vector<ProxyCall> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  using Shared = std::shared_ptr<Socket>;

  Async<void> accept() {
    for (;;) {
      auto socket = std::make_shared<Socket>(co_await acceptor_.async_accept(use_awaitable));
      {
        const std::lock_guard lock(mutex_);
        ++connections_;
      }
      asio::co_spawn(io_.get_executor(), serve(std::move(socket)), asio::detached);
    }
  }

  // A broken connection is the client's matter: the exception ends this one alone.
  Async<void> serve(Shared client) {
    const auto first = co_await read(*client, 1);
    if (first.front() == kSocks)
      co_await serve_socks(std::move(client));
    else
      co_await serve_http(std::move(client), first);
  }

  Async<void> serve_http(Shared client, std::string buffer) {
    Shared upstream;  // of the plain requests before this one
    while (auto request = co_await read_request(*client, buffer)) {
      const auto target = authority_of(request->target);
      if (!admits(note(target, basic_credentials(request->header("proxy-authorization"))))) {
        co_await write_bytes(*client,
                             "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
                             "Content-Length: 0\r\n\r\n");
        continue;
      }
      if (upstream) {
        co_await write_bytes(*upstream, passed_on(*request, target));
        continue;
      }
      const auto connected = co_await connect(target);
      if (!connected) {
        co_await write_bytes(*client, "HTTP/1.1 502 Not there\r\nContent-Length: 0\r\n\r\n");
        continue;
      }
      if (request->method == "CONNECT") {
        co_await write_bytes(*client, "HTTP/1.1 200 Connected\r\n\r\n");
        co_return co_await tie(std::move(client), *connected);
      }
      upstream = *connected;
      asio::co_spawn(io_.get_executor(), pass_on(upstream, client), asio::detached);
      co_await write_bytes(*upstream, passed_on(*request, target));
    }
    boost::system::error_code ignored;
    if (upstream) upstream->shutdown(Socket::shutdown_both, ignored);
  }

  // As the upstream expects it: its path alone, and nothing that was for the proxy.
  static std::string passed_on(const RawRequest& request, const std::string& target) {
    auto head = request.head;
    const auto whole = "http://" + target;
    if (const auto at = head.find(whole); at != std::string::npos) head.erase(at, whole.size());
    if (const auto at = head.find("Proxy-Authorization:"); at != std::string::npos)
      head.erase(at, head.find("\r\n", at) + 2 - at);
    return head + request.body;
  }

  // RFC 1928 and 1929.
  Async<void> serve_socks(Shared client) {
    const auto methods = co_await read_counted(*client);
    const bool asks = !options_.user.empty();
    const char wanted = asks ? '\x02' : '\x00';
    if (methods.find(wanted) == std::string::npos) {
      co_await write_bytes(*client, std::string("\x05\xff", 2));
      co_return;
    }
    co_await write_bytes(*client, std::string{kSocks, wanted});
    std::pair<std::string, std::string> credentials;
    if (asks) {
      co_await read(*client, 1);
      credentials.first = co_await read_counted(*client);
      credentials.second = co_await read_counted(*client);
      const bool good = admits(credentials);
      co_await write_bytes(*client, std::string("\x01") + (good ? '\x00' : '\x01'));
      if (!good) {
        note("", std::move(credentials));
        co_return;
      }
    }
    const auto head = co_await read(*client, 4);  // version, CONNECT, 0, kind of address
    constexpr char kName = 3;
    const auto host =
        head[3] == kName ? co_await read_counted(*client) : "address " + co_await read(*client, 4);
    const auto port = co_await read(*client, 2);
    const auto number =
        static_cast<unsigned char>(port[0]) * 256 + static_cast<unsigned char>(port[1]);
    const auto target = fmt::format("{}:{}", host, number);
    note(target, std::move(credentials));
    const auto upstream = co_await connect(target);
    constexpr char kHostUnreachable = 4;
    const auto verdict = upstream ? '\x00' : kHostUnreachable;
    co_await write_bytes(*client,
                         std::string{kSocks, verdict} + std::string("\0\x01\0\0\0\0\0\0", 8));
    if (upstream) co_await tie(std::move(client), *upstream);
  }

  Async<std::string> read(Socket& socket, std::size_t size) {
    std::string bytes(size, '\0');
    co_await asio::async_read(socket, asio::buffer(bytes), use_awaitable);
    co_return bytes;
  }

  // A byte that tells how many follow, and these.
  Async<std::string> read_counted(Socket& socket) {
    const auto size = co_await read(socket, 1);
    co_return co_await read(socket, static_cast<unsigned char>(size.front()));
  }

  Async<std::optional<Shared>> connect(std::string target) {
    if (!options_.reaches) co_return std::nullopt;
    auto socket = std::make_shared<Socket>(io_.get_executor());
    boost::system::error_code error;
    const asio::ip::tcp::endpoint to(asio::ip::address_v4::loopback(), port_of(target));
    co_await socket->async_connect(to, asio::redirect_error(use_awaitable, error));
    if (error) co_return std::nullopt;
    co_return socket;
  }

  Async<void> tie(Shared client, Shared upstream) {
    asio::co_spawn(io_.get_executor(), pass_on(upstream, client), asio::detached);
    co_await pass_on(client, upstream);
  }

  static std::pair<std::string, std::string> basic_credentials(std::string_view field) {
    constexpr std::string_view kBasic = "Basic ";
    if (!field.starts_with(kBasic)) return {};
    return split(base64_decode(field.substr(kBasic.size())).value_or(""));
  }

  using Credentials = std::pair<std::string, std::string>;

  bool admits(const Credentials& credentials) const {
    return options_.user.empty() || credentials == Credentials(options_.user, options_.password);
  }

  Credentials note(std::string target, Credentials credentials) {
    const std::lock_guard lock(mutex_);
    calls_.push_back({std::move(target), credentials.first, credentials.second});
    return credentials;
  }

  const FakeProxyOptions options_;
  mutable std::mutex mutex_;
  std::vector<ProxyCall> calls_;
  std::size_t connections_ = 0;
  asio::io_context io_{1};
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
  const std::uint16_t port_;
  std::thread thread_;
};

FakeProxy::FakeProxy(FakeProxyOptions options)
    : server_(std::make_unique<Server>(std::move(options))) {}
FakeProxy::~FakeProxy() = default;

std::uint16_t FakeProxy::port() const {
  return server_->port();
}

std::string FakeProxy::http_url() const {
  return fmt::format("http://127.0.0.1:{}", port());
}

std::string FakeProxy::socks_url() const {
  return fmt::format("socks5h://127.0.0.1:{}", port());
}

std::vector<ProxyCall> FakeProxy::calls() const {
  return server_->calls();
}

std::size_t FakeProxy::connections() const {
  return server_->connections();
}

}  // namespace gw::test
