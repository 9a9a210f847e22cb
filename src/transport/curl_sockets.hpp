// The sockets of one multi handle. libcurl says which connection a request is about to leave on
// only by its ends; whether the other side has closed it meanwhile has to be asked of its socket.
#pragma once

#include <curl/curl.h>

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gw {

// As libcurl's CURLOPT_PREREQFUNCTION tells it. `peer` is the proxy where there is one.
struct ConnectionEnds {
  std::string_view peer_ip;
  int peer_port = 0;
  std::string_view local_ip;
  int local_port = 0;
};

// Must outlive the multi handle: libcurl closes its sockets through it. I/O thread only.
class CurlSockets final {
 public:
  // CURL_SOCKET_BAD when the system has none left.
  curl_socket_t open(const curl_sockaddr& address);
  void close(curl_socket_t socket);

  // A new connection, made of one of the sockets that were opened for it.
  void connected(const ConnectionEnds& ends, std::span<const curl_socket_t> opened);
  // Of a connection that nobody uses: it is open and nothing has come. Bytes that nobody asked for
  // are no good sign either (an answer of "too slow", the end of TLS).
  bool is_quiet(const ConnectionEnds& ends) const;

  std::size_t size() const { return ends_.size(); }

 private:
  std::unordered_map<std::string, curl_socket_t> connections_;
  std::unordered_map<curl_socket_t, std::string> ends_;  // empty until connected
};

}  // namespace gw
