#include "app/file_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <sys/resource.h>

namespace gw::app {

namespace {

constexpr rlimit kUnknown{1024, 1024};  // POSIX's usual one

rlimit read_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit : kUnknown;
}

std::size_t number(rlim_t limit) {
  return limit == RLIM_INFINITY ? std::numeric_limits<std::size_t>::max() : limit;
}

}  // namespace

FileLimits file_limits() {
  const auto limit = read_limit();
  return {number(limit.rlim_cur), number(limit.rlim_max)};
}

std::size_t raise_file_limit() {
  auto limit = read_limit();
  const auto before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return number(::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before);
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
