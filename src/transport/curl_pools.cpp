#include "transport/curl_pools.hpp"

#include <new>
#include <utility>

namespace gw {
namespace {

// Pools cost about 10 kB each.
constexpr std::size_t kMostPools = 256;

std::string owner_of(const OutgoingRequest& request) {
  auto owner = request.partition;
  const auto& proxy = request.proxy;
  if (proxy.empty()) return owner;
  return owner.append(1, '\n')
      .append(proxy.url)
      .append(1, '\n')
      .append(proxy.user)
      .append(1, '\n')
      .append(proxy.password.reveal());
}

// Its other contents stay with each handle. One thread uses it, so it needs no lock.
std::shared_ptr<CURLSH> make_pool() {
  std::shared_ptr<CURLSH> pool(curl_share_init(), curl_share_cleanup);
  if (!pool || curl_share_setopt(pool.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) != CURLSHE_OK)
    throw std::bad_alloc();
  return pool;
}

}  // namespace

// A connection is worth little once it is two seconds old, and a pool without one nothing: over a
// bound all that are idle go at once, and nothing has to be kept in order of use.
std::shared_ptr<CURLSH> CurlPools::of(const OutgoingRequest& request) {
  if (sockets_.size() >= kMostConnections || pools_.size() >= kMostPools) close_idle();
  auto& pool = pools_[owner_of(request)];
  if (!pool) pool = make_pool();
  return pool;
}

void CurlPools::close_idle() {
  std::erase_if(pools_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

}  // namespace gw
