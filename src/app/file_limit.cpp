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

FileBounds bound_files(std::size_t wanted_connections, std::size_t file_limit) {
  const auto kept_back = std::min<std::size_t>(256, file_limit / 2);
  const auto shared = std::max<std::size_t>(2, file_limit - kept_back);
  const auto of_uploads = std::max<std::size_t>(1, shared / 4);
  const auto possible = shared - of_uploads;
  if (wanted_connections <= possible)
    return {wanted_connections, shared - wanted_connections, std::nullopt};
  return {possible, of_uploads,
          fmt::format("only {} files may be open at a time, so at most {} connections are "
                      "taken instead of {}; raise the limit (ulimit -n, LimitNOFILE=)",
                      file_limit, possible, wanted_connections)};
}

}  // namespace gw::app
