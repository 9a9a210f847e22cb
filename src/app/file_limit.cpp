#include "app/file_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <sys/resource.h>

namespace gw::app {

std::size_t raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;  // POSIX's usual one
  const auto before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  const auto holds = ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
  return holds == RLIM_INFINITY ? std::numeric_limits<std::size_t>::max() : holds;
}

ConnectionBound bound_connections(std::size_t wanted, std::size_t file_limit) {
  const auto kept_back = std::min<std::size_t>(256, file_limit / 2);
  const auto possible = std::max<std::size_t>(1, file_limit - kept_back);
  if (wanted <= possible) return {wanted, std::nullopt};
  return {possible,
          fmt::format("only {} files may be open at a time, so at most {} connections are "
                      "taken instead of {}; raise the limit (ulimit -n, LimitNOFILE=)",
                      file_limit, possible, wanted)};
}

}  // namespace gw::app
