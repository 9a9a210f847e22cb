#include "tests/support/gateway_client.hpp"

#include "base/base64.hpp"
#include "tests/support/gateway_process.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <sstream>
#include <stdexcept>

namespace gw::test {
namespace {

namespace json = boost::json;

const json::object& item_of(const json::object& body, std::size_t index) {
  return body.at("data").as_array().at(index).as_object();
}

}  // namespace

Ask Ask::with(std::string name, std::string value) const {
  auto copy = *this;
  copy.headers.emplace_back(std::move(name), std::move(value));
  return copy;
}

Ask Ask::with_key() const {
  return with("Authorization", fmt::format("Bearer {}", kApiKey));
}

Ask get(std::string target) {
  return {.method = "GET", .target = std::move(target), .headers = {}, .body = {}};
}

Ask draw(std::string body) {
  const Ask request{.method = "POST",
                    .target = "/v1/images/generations",
                    .headers = {{"Content-Type", "application/json"}},
                    .body = std::move(body)};
  return request.with_key();
}

Ask draw_small(std::string_view prompt, std::string_view more) {
  return draw(fmt::format(R"({{"prompt":"{}","size":"64x64"{}}})", prompt, more));
}

std::string wire(const Ask& request) {
  auto bytes = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", request.method,
                           request.target, request.host);
  for (const auto& [name, value] : request.headers) bytes += fmt::format("{}: {}\r\n", name, value);
  if (!request.body.empty() || request.method == "POST") {
    bytes += fmt::format("Content-Length: {}\r\n", request.body.size());
  }
  return bytes + "\r\n" + request.body;
}

RawAnswer ask(std::uint16_t port, const Ask& request, std::chrono::milliseconds patience) {
  RawSocket socket(port, patience);
  socket.send_what_is_taken(wire(request));  // it may answer before it has read everything
  return socket.receive_answer(request.method == "HEAD" ? ExpectBody::no : ExpectBody::yes);
}

std::future<RawAnswer> ask_aside(std::uint16_t port, Ask request) {
  return std::async(std::launch::async,
                    [port, request = std::move(request)] { return ask(port, request); });
}

json::object json_of(const RawAnswer& answer) {
  boost::system::error_code error;
  auto value = json::parse(answer.body, error);
  if (error || !value.is_object()) {
    throw std::runtime_error("no JSON object: " + answer.head + answer.body.substr(0, 2'000));
  }
  return std::move(value.get_object());
}

std::string picture_of(const RawAnswer& answer, std::size_t index) {
  const auto body = json_of(answer);
  if (!body.contains("data")) throw std::runtime_error("no pictures: " + answer.body);
  auto bytes = base64_decode(std::string_view(item_of(body, index).at("b64_json").as_string()));
  if (!bytes) throw std::runtime_error("broken base64");
  return std::move(*bytes);
}

std::string link_of(const RawAnswer& answer, std::size_t index) {
  const auto body = json_of(answer);
  if (!body.contains("data")) throw std::runtime_error("no pictures: " + answer.body);
  const std::string url(item_of(body, index).at("url").as_string());
  const auto path = url.find("/images/");
  if (path == std::string::npos) throw std::runtime_error("no link to a picture: " + url);
  return url.substr(path);
}

double metric(std::uint16_t port, std::string_view name, std::string_view labels) {
  const auto page = ask(port, {.target = "/metrics", .host = "localhost"});
  if (page.status != 200) throw std::runtime_error("no metrics: " + page.body);
  std::istringstream lines(page.body);
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto end = line.find_first_of("{ ");
    if (std::string_view(line).substr(0, end) != name || !line.contains(labels)) continue;
    sum += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

bool connects(std::uint16_t port) {
  try {
    const RawSocket socket(port);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace gw::test
