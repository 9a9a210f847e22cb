// nginx in front of something on the loopback interface, as impatient as a test wants it.
#pragma once

#include "tests/support/temporary_directory.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

namespace gw::test {

// GW_NGINX, or where Debian puts it; nothing: this machine has none.
std::optional<std::filesystem::path> find_nginx();

// A master and a worker that pass everything to `upstream_port`, otherwise with nginx's own
// defaults: HTTP/1.0 to the upstream, answers buffered. It listens when the constructor returns,
// and ends with the object.
class NginxProcess final {
 public:
  // `read_timeout`: how long the upstream may say nothing.
  NginxProcess(const std::filesystem::path& program, std::uint16_t upstream_port,
               std::chrono::milliseconds read_timeout);
  ~NginxProcess();
  NginxProcess(const NginxProcess&) = delete;
  NginxProcess& operator=(const NginxProcess&) = delete;

  std::uint16_t port() const { return port_; }
  std::string error_log() const;

 private:
  TemporaryDirectory folder_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace gw::test
