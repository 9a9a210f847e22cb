// How many files the process may have open, and how many connections follow from that.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace gw::app {

struct FileLimits {
  std::size_t soft = 0;
  std::size_t hard = 0;  // the largest number when there is none
};
FileLimits file_limits();

// Raises the soft limit to the hard one and returns what then holds. Once, at the start.
std::size_t raise_file_limit();

struct ConnectionBound {
  std::size_t connections = 0;
  std::optional<std::string> warning;  // when it is less than what was wanted
};

// Pure. Each client takes one file; some are kept back for the upstream, pictures and the log.
ConnectionBound bound_connections(std::size_t wanted, std::size_t file_limit);

}  // namespace gw::app
