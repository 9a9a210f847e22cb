#include "bench/load/requests.hpp"

#include <charconv>
#include <stdexcept>

namespace gw::bench {
namespace {

constexpr std::string_view kNumber = "number ";

std::string prompt(std::uint64_t number) {
  return "a lighthouse at dawn, the sea calm and grey, two gulls above the lantern room, "
         "a small boat coming home, oil on canvas, " +
         std::string(kNumber) + std::to_string(number);
}

std::string body(Door door, std::uint64_t number) {
  if (door == Door::gateway) {
    return R"({"model":"dreamifly-qwen-image","response_format":"b64_json","size":"1024x1024",)"
           R"("prompt":")" +
           prompt(number) + "\"}";
  }
  return R"({"prompt":")" + prompt(number) +
         R"(","width":1024,"height":1024,"steps":10,"seed":7,"batch_size":1,)"
         R"("model":"Qwen-Image","images":[]})";
}

// The head of an official client.
constexpr std::string_view kGatewayHead =
    "POST /v1/images/generations HTTP/1.1\r\n"
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
    "X-Stainless-Runtime-Version: v22.12.0\r\n";

constexpr std::string_view kUpstreamHead =
    "POST /api/generate HTTP/1.1\r\n"
    "Host: 127.0.0.1\r\n"
    "Accept: application/json\r\n"
    "Content-Type: application/json\r\n";

}  // namespace

Door door_of(std::string_view name) {
  if (name == "gateway") return Door::gateway;
  if (name == "upstream") return Door::upstream;
  throw std::runtime_error("neither gateway nor upstream: " + std::string(name));
}

std::string drawing_request(Door door, std::string_view key, std::uint64_t number) {
  const auto text = body(door, number);
  std::string request(door == Door::gateway ? kGatewayHead : kUpstreamHead);
  request += "Authorization: Bearer ";
  request += key;
  request += "\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
  return request;
}

std::uint64_t number_in(std::string_view body) {
  const auto at = body.find(kNumber);
  std::uint64_t number = 0;
  if (at == body.npos ||
      std::from_chars(body.data() + at + kNumber.size(), body.data() + body.size(), number).ec !=
          std::errc()) {
    throw std::runtime_error("a drawing without a number");
  }
  return number;
}

}  // namespace gw::bench
