// The one place from which a URL of a client's is opened (design rule 7).
#pragma once

#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "transport/http_client.hpp"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gw {

struct PublicEndpoint {
  boost::asio::ip::address address;
  std::uint16_t port = 0;
};

struct PublicWebOptions {
  std::chrono::milliseconds connect_time{5'000};  // for each address of a name
  std::chrono::milliseconds total_time{20'000};   // from the call to the last byte
  std::size_t max_answer_bytes = 64u << 20;

  // Tests replace these two; whoever makes the production object leaves them alone. The first
  // blocks and runs on the lookups' pool.
  using Lookup = std::expected<std::vector<PublicEndpoint>, std::string>;
  std::function<Lookup(const std::string& host, std::uint16_t port)> look_up;
  std::function<bool(const boost::asio::ip::address&)> allows;

  PublicWebOptions();  // the system's resolver, and public addresses only
};

// Why there is no answer: for the log alone, because it says what lies where.
using WebFault = std::string;
using WebAnswer = std::expected<std::unique_ptr<IncomingStream>, WebFault>;

// I/O thread. Makes a client of its own: no connection, name or credential is shared with the
// upstreams'. No proxy is used, because a proxy would look the name up again.
class PublicWeb final {
 public:
  // `lookups` outlives it. A name server may be slow, so it should not be the pool of other work.
  PublicWeb(asio::io_context& io, WorkerPool& lookups, PublicWebOptions options = {});

  // GET. The host is looked up once, every address it has must be public, and the connection goes
  // to one of these. A value is an answer of status 200 whose body has yet to be read; redirects
  // are not followed. Cancelling ends it, and so do total_time and `until`.
  Async<WebAnswer> open(std::string url, SteadyTime until = SteadyTime::max());

 private:
  Async<PublicWebOptions::Lookup> find(std::string host, std::uint16_t port, SteadyTime deadline);
  Async<Opening> ask(std::string url, const PublicEndpoint& endpoint, SteadyTime deadline);

  WorkerPool& lookups_;
  const PublicWebOptions options_;
  std::unique_ptr<StreamingHttpClient> client_;
};

}  // namespace gw
