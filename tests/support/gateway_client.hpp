// Requests to a gateway under test, byte by byte where it matters, and what is read from answers.
#pragma once

#include "tests/support/raw_socket.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::test {

struct Ask {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::string host = "gateway.example.com";

  Ask with(std::string name, std::string value) const;
  Ask with_key() const;  // Authorization: Bearer kApiKey
};

Ask get(std::string target);
// POST /v1/images/generations with the key. The text is the body as it is sent.
Ask draw(std::string body);
// The same for one small picture; `more` are further members: R"(,"n":2)".
Ask draw_small(std::string_view prompt, std::string_view more = "");

// Head and body as they go over the wire; Content-Length when there is a body or the method has
// one.
std::string wire(const Ask& request);

// On a connection of its own, which is closed afterwards.
RawAnswer ask(std::uint16_t port, const Ask& request,
              std::chrono::milliseconds patience = std::chrono::seconds(30));
std::future<RawAnswer> ask_aside(std::uint16_t port, Ask request);

// Both throw std::runtime_error, with the body, when the answer is something else.
boost::json::object json_of(const RawAnswer& answer);
std::string picture_of(const RawAnswer& answer, std::size_t index = 0);
// "/images/…", without the origin.
std::string link_of(const RawAnswer& answer, std::size_t index = 0);

// The sum over all labels that contain `labels`; 0 when there is no such line.
double metric(std::uint16_t port, std::string_view name, std::string_view labels = "");

// Whether a TCP connection is taken at all.
bool connects(std::uint16_t port);

}  // namespace gw::test
