#include "tests/support/fake_edge.hpp"

#include "base/text.hpp"
#include "tests/support/raw_socket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <fstream>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <optional>
#include <set>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace gw::test {
namespace {

constexpr std::string_view kBoth("\x02h2\x08http/1.1", 12);
constexpr std::string_view kHttp1("\x08http/1.1", 9);
constexpr std::chrono::seconds kOriginPatience{60};

EdgeAnswer page(int status, std::string body) {
  return {.status = status,
          .headers = {{"content-type", "text/html; charset=UTF-8"}},
          .body = std::move(body)};
}

int status_of(int code) {
  if (code == 1015) return 429;
  return code == 1033 || code == 1016 ? 530 : 403;
}

// A peer that is gone ends a write with an error here, and not the process.
void block_broken_pipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

int listen_on_loopback() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket < 0 || bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(socket, 128) != 0)
    throw std::runtime_error("the fake edge cannot listen");
  return socket;
}

std::uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

// Of this connection alone: not for the next server (RFC 9110 §7.6.1), or written anew.
bool is_of_the_hop(std::string_view name) {
  return name == "connection" || name == "host" || name == "content-length" ||
         name == "transfer-encoding" || name == "accept-encoding";
}

EdgeAnswer ask_origin(std::uint16_t port, const EdgeRequest& request) {
  auto head = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n",
                          request.method, request.target, port);
  for (const auto& [name, value] : request.headers) {
    if (!is_of_the_hop(name)) head += fmt::format("{}: {}\r\n", name, value);
  }
  head += fmt::format("Content-Length: {}\r\n\r\n", request.body.size());
  RawSocket origin(port, kOriginPatience);
  origin.send(head + request.body);
  auto said = origin.receive_answer();

  EdgeAnswer answer{.status = said.status, .headers = {}, .body = std::move(said.body)};
  std::string_view rest(said.head);
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto name = to_lower(line.substr(0, colon));
    if (!is_of_the_hop(name))
      answer.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  }
  return answer;
}

std::string clearance_in(std::string_view cookies) {
  constexpr std::string_view kName = "cf_clearance=";
  while (!cookies.empty()) {
    const auto end = std::min(cookies.find(';'), cookies.size());
    const auto part = trim(cookies.substr(0, end));
    if (part.starts_with(kName)) return std::string(part.substr(kName.size()));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
  }
  return {};
}

}  // namespace

EdgeAnswer challenge_page() {
  auto answer = unmarked_challenge();
  answer.headers.emplace_back("cf-mitigated", "challenge");
  return answer;
}

EdgeAnswer unmarked_challenge() {
  return page(403,
              "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script>"
              "window._cf_chl_opt={cType:'managed'};</script></body></html>");
}

EdgeAnswer error_page(int code) {
  return page(status_of(code),
              fmt::format("<html><head><title>Access denied</title></head><body><div "
                          "id=\"cf-error-details\"><h1><span>Error</span> <span "
                          "class=\"cf-error-code\">{}</span></h1></div></body></html>",
                          code));
}

EdgeAnswer bare_error(int code) {
  return {.status = status_of(code),
          .headers = {{"content-type", "text/plain; charset=UTF-8"}},
          .body = fmt::format("error code: {}", code)};
}

EdgeAnswer structured_error(int code) {
  return {.status = status_of(code),
          .headers = {{"content-type", "application/problem+json"}},
          .body = fmt::format(R"({{"cloudflare_error":true,"error_code":{},"status":{}}})", code,
                              status_of(code))};
}

EdgeAnswer limited(std::string retry_after) {
  auto answer = bare_error(1015);
  answer.headers.emplace_back("retry-after", std::move(retry_after));
  return answer;
}

EdgeAnswer origin_trouble(int status) {
  return page(status, fmt::format("<title>{}: the origin does not answer</title>", status));
}

class FakeEdge::Server {
 public:
  Server(FakeEdgeOptions options, const TlsIdentity& identity)
      : options_(std::move(options)),
        context_(make_server_context(identity, options_.http2 ? &kBoth : &kHttp1)),
        listening_(listen_on_loopback()),
        port_(port_of(listening_)),
        acceptor_([this] { accept(); }) {}

  ~Server() {
    ::shutdown(listening_, SHUT_RDWR);
    acceptor_.join();
    close(listening_);
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      changed_.notify_all();
      for (auto* stream : streams_) stream->interrupt();
    }
    for (auto& thread : threads_) thread.join();
  }

  template <class Function>
  auto locked(Function function) const {
    const std::lock_guard lock(mutex_);
    return function();
  }

  std::uint16_t port() const { return port_; }

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;

  // Guarded by mutex_.
  std::optional<EdgeAnswer> always_;
  std::deque<std::optional<EdgeAnswer>> next_;  // nothing: drop
  bool challenging_ = false;
  std::set<std::pair<std::string, std::string>> accepted_;  // clearance and User-Agent
  std::string renewed_;
  std::vector<EdgeRequest> requests_;
  std::vector<EdgeRequest> passed_;
  std::size_t connections_ = 0;
  std::size_t gathered_ = 0;  // requests before the first answer

 private:
  void accept() {
    block_broken_pipe();
    for (;;) {
      const int socket = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      const std::lock_guard lock(mutex_);
      ++connections_;
      threads_.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    block_broken_pipe();
    TlsStream stream(context_.get(), socket);
    {
      const std::lock_guard lock(mutex_);
      if (ending_) return;
      streams_.insert(&stream);
    }
    if (stream.handshake()) {
      const EdgeHandler handler = [this](const EdgeRequest& request) { return answer(request); };
      if (stream.protocol() == "h2") {
        serve_http2(stream, handler);
      } else {
        serve_http1(stream, handler);
      }
    }
    const std::lock_guard lock(mutex_);
    streams_.erase(&stream);
  }

  std::optional<EdgeAnswer> answer(const EdgeRequest& request) {
    auto said = decide(request);
    if (!said) return said;
    said->headers.emplace_back("server", "cloudflare");
    const auto ray = locked([this] { return requests_.size(); });
    said->headers.emplace_back("cf-ray", fmt::format("{:016x}-TST", ray));
    return said;
  }

  std::optional<EdgeAnswer> decide(const EdgeRequest& request) {
    std::string renewed;
    {
      std::unique_lock lock(mutex_);
      requests_.push_back(request);
      changed_.notify_all();
      changed_.wait(lock, [this] { return ending_ || requests_.size() >= gathered_; });
      if (!next_.empty()) {
        auto said = std::move(next_.front());
        next_.pop_front();
        return said;
      }
      if (always_) return always_;
      const auto clearance = clearance_in(request.header("cookie"));
      const auto agent = request.header("user-agent");
      if (challenging_ && !accepted_.contains({clearance, agent})) return challenge_page();
      passed_.push_back(request);
      if (!renewed_.empty() && !clearance.empty()) {
        accepted_.emplace(renewed_, agent);
        renewed = renewed_;
      }
    }
    auto said = pass_on(request);
    if (!renewed.empty())
      said.headers.emplace_back("set-cookie",
                                fmt::format("cf_clearance={}; Path=/; Secure; HttpOnly; "
                                            "SameSite=None; Partitioned",
                                            renewed));
    return said;
  }

  EdgeAnswer pass_on(const EdgeRequest& request) const {
    if (options_.origin == 0) return options_.canned;
    try {
      return ask_origin(options_.origin, request);
    } catch (const std::runtime_error&) {  // RawSocket's way to say that the origin is gone
      return origin_trouble(520);
    }
  }

  const FakeEdgeOptions options_;
  const SslContext context_;
  const int listening_;
  const std::uint16_t port_;
  std::set<TlsStream*> streams_;
  std::list<std::thread> threads_;
  bool ending_ = false;
  std::thread acceptor_;  // last: it uses all of the above
};

FakeEdge::FakeEdge(FakeEdgeOptions options) {
  const auto identity = make_tls_identity(options.names);
  std::ofstream(ca_file()) << identity.authority;
  server_ = std::make_unique<Server>(std::move(options), identity);
}

FakeEdge::~FakeEdge() = default;

std::uint16_t FakeEdge::port() const {
  return server_->port();
}

std::string FakeEdge::url(const std::string& target) const {
  return fmt::format("https://localhost:{}{}", port(), target);
}

std::filesystem::path FakeEdge::ca_file() const {
  return folder_.path() / "authority.pem";
}

void FakeEdge::let_through() {
  server_->locked([this] {
    server_->always_.reset();
    server_->next_.clear();
    server_->challenging_ = false;
  });
}

void FakeEdge::answer_with(EdgeAnswer answer) {
  server_->locked([&] { server_->always_ = std::move(answer); });
}

void FakeEdge::answer_next(int count, EdgeAnswer answer) {
  server_->locked([&] {
    server_->next_.insert(server_->next_.end(), static_cast<std::size_t>(count), answer);
  });
}

void FakeEdge::drop_next(int count) {
  server_->locked([&] {
    server_->next_.insert(server_->next_.end(), static_cast<std::size_t>(count), std::nullopt);
  });
}

void FakeEdge::gather(std::size_t count) {
  server_->locked([&] { server_->gathered_ = server_->requests_.size() + count; });
}

void FakeEdge::challenge() {
  server_->locked([this] { server_->challenging_ = true; });
}

void FakeEdge::accept(std::string clearance, std::string user_agent) {
  server_->locked([&] { server_->accepted_.emplace(std::move(clearance), std::move(user_agent)); });
}

void FakeEdge::revoke(const std::string& clearance) {
  server_->locked([&] {
    std::erase_if(server_->accepted_, [&](const auto& known) { return known.first == clearance; });
  });
}

void FakeEdge::renew_as(std::string clearance) {
  server_->locked([&] { server_->renewed_ = std::move(clearance); });
}

std::vector<EdgeRequest> FakeEdge::requests() const {
  return server_->locked([this] { return server_->requests_; });
}

std::vector<EdgeRequest> FakeEdge::passed() const {
  return server_->locked([this] { return server_->passed_; });
}

std::size_t FakeEdge::connections() const {
  return server_->locked([this] { return server_->connections_; });
}

bool FakeEdge::wait_for_requests(std::size_t count, std::chrono::milliseconds patience) const {
  std::unique_lock lock(server_->mutex_);
  return server_->changed_.wait_for(lock, patience,
                                    [&] { return server_->requests_.size() >= count; });
}

}  // namespace gw::test
