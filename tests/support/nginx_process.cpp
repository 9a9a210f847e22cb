#include "tests/support/nginx_process.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <netinet/in.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace gw::test {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void give_up(const std::string& what) {
  throw std::runtime_error("nginx process: " + what);
}

// A listening socket on a free port. nginx inherits it, which leaves nobody the time to take the
// port, and no client is refused while nginx starts.
std::pair<int, std::uint16_t> listen_anywhere() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  if (::bind(descriptor, place, size) != 0 || ::listen(descriptor, 128) != 0 ||
      ::getsockname(descriptor, place, &size) != 0) {
    ::close(descriptor);
    give_up("cannot listen");
  }
  return {descriptor, ntohs(address.sin_port)};
}

// Started by root, its worker would change to a user that cannot read the folder.
std::string configuration(const fs::path& folder, std::uint16_t port, std::uint16_t upstream_port,
                          std::chrono::milliseconds read_timeout) {
  return fmt::format(R"({4}
daemon off;
worker_processes 1;
pid {0}/pid;
error_log {0}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {0}/body;
  proxy_temp_path {0}/proxy;
  fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi;
  scgi_temp_path {0}/scgi;
  server {{
    listen 127.0.0.1:{1};
    location / {{
      proxy_pass http://127.0.0.1:{2};
      proxy_read_timeout {3}ms;
    }}
  }}
}}
)",
                     folder.string(), port, upstream_port, read_timeout.count(),
                     ::geteuid() == 0 ? "user root root;" : "");
}

constexpr int kInherited = 3;

// Between fork and exec: plain system calls only.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment,
                         int listening) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // with which it ends its worker too
  ::dup2(listening, kInherited);
  ::close_range(kInherited + 1, ~0u, 0);
  ::execve(program, arguments, environment);
  ::_exit(127);
}

}  // namespace

std::optional<fs::path> find_nginx() {
  const char* given = std::getenv("GW_NGINX");
  const std::array<fs::path, 3> places{given ? given : "", "/usr/sbin/nginx", "/usr/bin/nginx"};
  for (const auto& place : places) {
    if (!place.empty() && ::access(place.c_str(), X_OK) == 0) return place;
  }
  return std::nullopt;
}

NginxProcess::NginxProcess(const fs::path& program, std::uint16_t upstream_port,
                           std::chrono::milliseconds read_timeout) {
  const auto [listening, port] = listen_anywhere();
  port_ = port;
  const auto folder = folder_.path().string();
  const auto file = folder + "/nginx.conf";
  std::ofstream(file) << configuration(folder_.path(), port_, upstream_port, read_timeout);

  std::array<std::string, 7> words{"nginx", "-e", folder + "/error.log", "-p", folder, "-c", file};
  std::array<char*, 8> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments.at(i) = words.at(i).data();
  std::string sockets = fmt::format("NGINX={};", kInherited);
  const std::array<char*, 2> environment{sockets.data(), nullptr};
  const auto path = program.string();
  pid_ = ::fork();
  if (pid_ == 0) become(path.c_str(), arguments.data(), environment.data(), listening);
  ::close(listening);
  if (pid_ < 0) give_up("cannot fork");
}

NginxProcess::~NginxProcess() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

std::string NginxProcess::error_log() const {
  std::ostringstream text;
  text << std::ifstream(folder_.path() / "error.log").rdbuf();
  return text.str();
}

}  // namespace gw::test
