// What all sessions of one server share.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/body_memory.hpp"
#include "http/connection.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace gw::http {

// Owned by the server and by each session; I/O thread only.
class ServerCore final {
 public:
  ServerCore(ServerOptions opts, const Router& routes, ServerHooks callbacks, const Clock& time,
             Random& dice)
      : options(std::move(opts)),
        router(routes),
        hooks(std::move(callbacks)),
        clock(time),
        random(dice),
        bodies(options.max_body_memory) {}

  const ServerOptions options;
  const Router& router;
  const ServerHooks hooks;
  const Clock& clock;
  Random& random;

  BodyMemory bodies;
  ServerCounters counters;
  enum class Phase { serving, draining, cutting } phase = Phase::serving;
  std::unordered_set<Connection*> connections;
  std::array<char, 64 * 1024> scratch;  // see Connection::receive

  std::chrono::milliseconds idle_time() const;
  // Once the deadline of a drain is past, nobody waits for a slow reader.
  Patience patience() const;
  // The Date header's value, made once a second.
  std::string_view date();

 private:
  std::chrono::sys_seconds date_of_{};
  std::string date_;
};

// How long an idle connection lives on in a drain: a busy client's next request is already on its
// way, and closing under it fails a POST that nobody may repeat.
inline constexpr std::chrono::milliseconds kDrainIdleTime{250};

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
std::string http_date(std::chrono::sys_seconds time);

}  // namespace gw::http
