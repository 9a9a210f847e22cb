#include "bench/load/crowd.hpp"

#include <algorithm>
#include <poll.h>
#include <stdexcept>

namespace gw::bench {

void Crowd::join() {
  auto socket = connect_to(port_);
  if (!socket.open())
    throw std::runtime_error("no connection: is the limit of open files too low?");
  send_all(socket, request());
  sockets_.push_back(std::move(socket));
}

void Crowd::one_leaves() {
  sockets_.pop_back();
}

void Crowd::all_leave() {
  sockets_.clear();
}

void Crowd::check_that_all_wait() const {
  std::vector<pollfd> watched;
  for (const auto& socket : sockets_) watched.push_back({socket.number(), POLLIN, 0});
  const int answered = ::poll(watched.data(), watched.size(), 0);
  if (answered != 0) throw std::runtime_error(std::to_string(answered) + " did not have to wait");
}

// The head of an official client, a prompt of ordinary length.
std::string Crowd::request() const {
  const auto body =
      R"({"model":"dreamifly-qwen-image","response_format":"b64_json","size":"1024x1024",)"
      R"("prompt":"a lighthouse at dawn, the sea calm and grey, two gulls above the lantern room, )"
      R"(a small boat coming home, oil on canvas, number )" +
      std::to_string(sockets_.size()) + "\"}";
  return "POST /v1/images/generations HTTP/1.1\r\n"
         "Host: 127.0.0.1\r\n"
         "Accept: application/json\r\n"
         "Content-Type: application/json\r\n"
         "User-Agent: OpenAI/JS 6.1.0\r\n"
         "X-Stainless-Retry-Count: 0\r\n"
         "X-Stainless-Timeout: 600\r\n"
         "X-Stainless-Lang: js\r\n"
         "X-Stainless-Package-Version: 6.1.0\r\n"
         "X-Stainless-OS: Linux\r\n"
         "X-Stainless-Arch: x64\r\n"
         "X-Stainless-Runtime: node\r\n"
         "X-Stainless-Runtime-Version: v22.12.0\r\n"
         "Authorization: Bearer " +
         key_ +
         "\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace gw::bench
