#include "base/clock.hpp"
#include "transport/curl_handle.hpp"
#include "transport/curl_pools.hpp"
#include "transport/curl_sockets.hpp"
#include "transport/curl_transfer.hpp"
#include "transport/http_client.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <array>
#include <cerrno>
#include <optional>
#include <sys/epoll.h>
#include <system_error>

namespace gw {
namespace {

int make_epoll() {
  const int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return fd;
}

// libcurl's multi handle in asio's loop. libcurl's sockets are watched by an epoll descriptor of
// our own, and asio watches only that one: libcurl closes its sockets when it likes, and asio must
// never hold one of them. Nothing is armed while there is no transfer, so that an idle client does
// not keep io_context::run() busy.
class Multi final : public std::enable_shared_from_this<Multi> {
 public:
  Multi(Executor executor, HttpClientOptions options)
      : options_(std::move(options)), ready_(executor, make_epoll()), timer_(executor) {
    auto* multi = multi_.get();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(kMostConnections));
    // One request at a time on a connection, with HTTP/2 too: one that breaks takes one answer with
    // it, and what may be read on one without a request means that it is no good any more.
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  }

  // curl_multi_cleanup still calls back, and there is nothing more to watch.
  ~Multi() {
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, nullptr);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, nullptr);
  }

  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  void add(CurlTransfer& transfer) {
    ++transfers_;
    // Nobody else would say so.
    if (curl_multi_add_handle(multi_.get(), transfer.easy()) != CURLM_OK)
      transfer.complete(CURLE_OUT_OF_MEMORY);
    settle();
    watch();
  }

  void remove(CurlTransfer& transfer) {
    curl_multi_remove_handle(multi_.get(), transfer.easy());
    --transfers_;
    if (transfers_ > 0) {
      settle();
      return;
    }
    boost::system::error_code ignored;
    ready_.cancel(ignored);
    due_ = armed_ = SteadyTime::max();
    timer_.cancel();
  }

  void resume(CurlTransfer& transfer) {
    transfer.resume();
    settle();
  }

  CurlSockets& sockets() { return sockets_; }
  CurlPools& pools() { return pools_; }
  const HttpClientOptions& options() const { return options_; }

 private:
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
    static_cast<Multi*>(self)->watch_socket(socket, what, known);
    return 0;
  }

  // libcurl forbids calls back into it from here, and 0 means "at once": settle() does it after the
  // call that led here has returned.
  static int on_timer(CURLM*, long milliseconds, void* self) {
    auto& multi = *static_cast<Multi*>(self);
    multi.due_now_ = milliseconds == 0;
    multi.due_ = SteadyTime::max();
    if (milliseconds > 0) multi.be_due_in(std::chrono::milliseconds(milliseconds));
    return 0;
  }

  void watch_socket(curl_socket_t socket, int what, void* known) {
    const int fd = ready_.native_handle();
    if (what == CURL_POLL_REMOVE) {
      epoll_ctl(fd, EPOLL_CTL_DEL, socket, nullptr);  // it may be closed already
      return;
    }
    epoll_event event{};
    event.data.fd = socket;
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (epoll_ctl(fd, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event) != 0) {
      // A descriptor number that was closed and handed out again: what we remember of it is wrong.
      epoll_ctl(fd, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
    }
    curl_multi_assign(multi_.get(), socket, this);  // any value but null: "known"
  }

  void act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi_.get(), socket, events, &running);
  }

  // After every call into libcurl: what it wants done at once, and the transfers that have ended.
  void settle() {
    if (due_now_) {
      due_now_ = false;
      act(CURL_SOCKET_TIMEOUT, 0);
    }
    if (due_now_) be_due_in(std::chrono::milliseconds(0));
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg == CURLMSG_DONE) {
        CurlTransfer::of(message->easy_handle).complete(message->data.result);
      }
    }
  }

  // libcurl moves this several times in every transfer. A timer that looks earlier is left alone:
  // it sees the later time and goes on.
  void be_due_in(std::chrono::milliseconds delay) {
    due_ = std::chrono::steady_clock::now() + delay;
    if (due_ < armed_) arm_timer();
  }

  void arm_timer() {
    armed_ = due_;
    timer_.expires_at(armed_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (!error && self) self->on_time();
    });
  }

  void on_time() {
    armed_ = SteadyTime::max();
    if (due_ == SteadyTime::max()) return;
    if (std::chrono::steady_clock::now() < due_) return arm_timer();
    due_ = SteadyTime::max();
    due_now_ = false;
    act(CURL_SOCKET_TIMEOUT, 0);
    settle();
  }

  void watch() {
    if (watching_ || transfers_ == 0) return;
    watching_ = true;
    ready_.async_wait(asio::posix::descriptor_base::wait_read,
                      [weak = weak_from_this()](const boost::system::error_code& error) {
                        const auto self = weak.lock();
                        if (!self) return;
                        self->watching_ = false;
                        if (!error) self->on_ready();
                        self->watch();
                      });
  }

  void on_ready() {
    std::array<epoll_event, 64> events{};
    const int count =
        epoll_wait(ready_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      int mask = 0;
      if (event.events & (EPOLLIN | EPOLLHUP)) mask |= CURL_CSELECT_IN;
      if (event.events & EPOLLOUT) mask |= CURL_CSELECT_OUT;
      if (event.events & EPOLLERR) mask |= CURL_CSELECT_ERR;
      act(event.data.fd, mask);
    }
    settle();
  }

  const HttpClientOptions options_;
  CurlLibrary library_;
  CurlSockets sockets_;  // before all that closes them
  CurlPools pools_{sockets_};
  CurlMulti multi_ = make_multi();
  asio::posix::basic_stream_descriptor<Executor> ready_;  // when one of libcurl's sockets is
  Event::Timer timer_;
  SteadyTime due_ = SteadyTime::max();    // when libcurl wants to be called
  SteadyTime armed_ = SteadyTime::max();  // when the timer looks
  std::size_t transfers_ = 0;
  bool watching_ = false;
  bool due_now_ = false;
};

// A transfer is in the multi handle exactly as long as this lives; a cancelled coroutine takes it
// out.
class Membership final {
 public:
  Membership(Multi& multi, CurlTransfer& transfer) : multi_(multi), transfer_(transfer) {
    multi_.add(transfer_);
  }
  ~Membership() { multi_.remove(transfer_); }
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

 private:
  Multi& multi_;
  CurlTransfer& transfer_;
};

// Holds the multi handle itself: at shutdown asio destroys waiting coroutines after the client is
// gone.
Async<Transfer> run_transfer(std::shared_ptr<Multi> multi, Executor executor,
                             OutgoingRequest request) {
  CurlTransfer transfer(executor, multi->sockets(), std::move(request), Delivery::whole);
  if (auto prepared = transfer.prepare(multi->options(), multi->pools()); !prepared) {
    TransferFault fault;
    fault.error = std::move(prepared).error();
    co_return std::unexpected(std::move(fault));
  }
  for (;;) {
    const Membership membership(*multi, transfer);
    co_await transfer.wait();
    if (!transfer.begins_anew()) co_return transfer.take();
  }
}

class CurlStream final : public IncomingStream {
 public:
  CurlStream(std::shared_ptr<Multi> multi, Executor executor, OutgoingRequest request)
      : multi_(std::move(multi)),
        transfer_(executor, multi_->sockets(), std::move(request), Delivery::in_pieces) {}

  // At most once.
  Async<std::expected<void, TransferFault>> begin() {
    if (auto prepared = transfer_.prepare(multi_->options(), multi_->pools()); !prepared)
      co_return std::unexpected(TransferFault{.error = std::move(prepared).error()});
    do {
      membership_.emplace(*multi_, transfer_);
      co_await transfer_.wait_for_head();
    } while (transfer_.begins_anew());
    if (!transfer_.has_head() || transfer_.refused_by_proxy()) co_return transfer_.result();
    head_ = transfer_.take_head();
    co_return std::expected<void, TransferFault>();
  }

  const IncomingAnswer& head() const override { return head_; }

  Async<std::expected<std::string, TransferFault>> next() override {
    for (;;) {
      if (auto piece = transfer_.take_piece(); !piece.empty()) co_return piece;
      if (transfer_.completed()) break;
      if (transfer_.paused()) {
        multi_->resume(transfer_);
      } else {
        co_await transfer_.wait_for_news();
      }
    }
    if (auto result = transfer_.result(); !result)
      co_return std::unexpected(std::move(result).error());
    co_return std::string();
  }

 private:
  std::shared_ptr<Multi> multi_;
  CurlTransfer transfer_;
  std::optional<Membership> membership_;
  IncomingAnswer head_;
};

Async<Opening> open_stream(std::shared_ptr<Multi> multi, Executor executor,
                           OutgoingRequest request) {
  auto stream = std::make_unique<CurlStream>(std::move(multi), executor, std::move(request));
  if (auto begun = co_await stream->begin(); !begun)
    co_return std::unexpected(std::move(begun).error());
  co_return std::unique_ptr<IncomingStream>(std::move(stream));
}

class CurlClient final : public StreamingHttpClient {
 public:
  CurlClient(Executor executor, HttpClientOptions options)
      : executor_(executor), multi_(std::make_shared<Multi>(executor, std::move(options))) {}

  Async<Transfer> perform(OutgoingRequest request) override {
    return run_transfer(multi_, executor_, std::move(request));
  }
  Async<Opening> open(OutgoingRequest request) override {
    return open_stream(multi_, executor_, std::move(request));
  }
  void close_idle() override { multi_->pools().close_idle(); }

 private:
  Executor executor_;
  std::shared_ptr<Multi> multi_;
};

}  // namespace

std::unique_ptr<StreamingHttpClient> make_curl_client(asio::io_context& io,
                                                      HttpClientOptions options) {
  return std::make_unique<CurlClient>(io.get_executor(), std::move(options));
}

}  // namespace gw
