// A client for the measuring programs: blocking, one connection, loopback only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gw::bench {

// A non-negative file descriptor that closes itself.
class Descriptor final {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  int number() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

// Connected to 127.0.0.1:port, or not open when nobody listens there.
Descriptor connect_to(std::uint16_t port);
// Both throw std::runtime_error when the system does not let them.
Descriptor listen_on(std::uint16_t port);
Descriptor accept_from(const Descriptor& door);

// Throws std::runtime_error when the other side does not take it all.
void send_all(const Descriptor& socket, std::string_view bytes);
// What is there next, at the end of `input`; false when the other side has closed or is silent for
// a minute.
bool receive_onto(std::string& input, const Descriptor& socket);

// Keeps its connection between calls. Throws std::runtime_error when the server does not answer 200
// with a Content-Length: every number would be wrong then.
class HttpClient final {
 public:
  explicit HttpClient(std::uint16_t port);
  // The body of the answer.
  std::string get(std::string_view path);
  std::string ask(std::string_view request);
  // The two halves of ask().
  void send(std::string_view request);
  std::string receive();

 private:
  void receive_more();

  Descriptor socket_;
  std::string input_;
};

}  // namespace gw::bench
