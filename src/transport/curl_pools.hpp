// Where connections wait for the next request: apart for everybody who must not share one. Cookies
// are nowhere kept, and what names resolve to is the multi handle's and everybody's.
#pragma once

#include "transport/curl_handle.hpp"
#include "transport/curl_sockets.hpp"
#include "transport/http_client.hpp"

#include <memory>
#include <string>
#include <unordered_map>

namespace gw {

// Beyond it in all, what is idle is closed; and no pool keeps more.
inline constexpr std::size_t kMostConnections = 128;

// I/O thread only. Connections are closed through `sockets`, which must outlive all pools.
class CurlPools final {
 public:
  explicit CurlPools(const CurlSockets& sockets) : sockets_(sockets) {}

  // By the request's partition and its proxy with the credentials there: libcurl does not compare
  // the latter for a tunnel. To be held as long as an easy handle uses it. Throws std::bad_alloc.
  std::shared_ptr<CURLSH> of(const OutgoingRequest& request);

  // Those that no request uses, with their connections.
  void close_idle();

  std::size_t size() const { return pools_.size(); }

 private:
  const CurlSockets& sockets_;
  std::unordered_map<std::string, std::shared_ptr<CURLSH>> pools_;
};

}  // namespace gw
