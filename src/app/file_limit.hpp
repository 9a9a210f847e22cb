// How many files the process may have open, and how many connections and uploads follow from that.
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

struct FileBounds {
  std::size_t connections = 0;
  std::size_t uploads = 0;             // pictures of clients that wait on disk
  std::optional<std::string> warning;  // when there are fewer connections than were wanted
};

// Pure. Each client takes one file, and each of its pictures one more while it waits; some are kept
// back for the upstream, drawn pictures and the log. Uploads get what connections leave, and at
// least a quarter.
FileBounds bound_files(std::size_t wanted_connections, std::size_t file_limit);

}  // namespace gw::app
