#include "bench/load/requests.hpp"

#include <charconv>
#include <stdexcept>
#include <utility>

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

constexpr std::string_view kDrawing =
    "POST /v1/images/generations HTTP/1.1\r\n"
    "Content-Type: application/json\r\n";

// The rest of the head of an official client.
constexpr std::string_view kGatewayHead =
    "Host: 127.0.0.1\r\n"
    "Accept: application/json\r\n"
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

constexpr std::string_view kBoundary = "----formdata-undici-051234567890";

std::string field(std::string_view name, std::string_view text) {
  std::string part;
  part.append("--").append(kBoundary).append("\r\nContent-Disposition: form-data; name=\"");
  return part.append(name).append("\"\r\n\r\n").append(text).append("\r\n");
}

std::string with_body(std::string head, std::string_view key, std::string_view body) {
  head.append("Authorization: Bearer ").append(key);
  head.append("\r\nContent-Length: ").append(std::to_string(body.size()));
  return head.append("\r\n\r\n").append(body);
}

}  // namespace

Door door_of(std::string_view name) {
  if (name == "gateway") return Door::gateway;
  if (name == "upstream") return Door::upstream;
  throw std::runtime_error("neither gateway nor upstream: " + std::string(name));
}

std::string drawing_request(Door door, std::string_view key, std::uint64_t number) {
  std::string head(door == Door::gateway ? kDrawing : kUpstreamHead);
  if (door == Door::gateway) head += kGatewayHead;
  return with_body(std::move(head), key, body(door, number));
}

std::string streamed_request(std::string_view key, std::uint64_t number) {
  const auto text =
      R"({"model":"dreamifly-qwen-image","stream":true,"size":"1024x1024","prompt":")" +
      prompt(number) + "\"}";
  return with_body(std::string(kDrawing).append(kGatewayHead), key, text);
}

std::string edit_request(std::string_view key, std::string_view picture, std::uint64_t number) {
  std::string head(
      "POST /v1/images/edits HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=");
  head.append(kBoundary).append("\r\n").append(kGatewayHead);
  auto form = field("model", "dreamifly-qwen-edit") + field("prompt", prompt(number));
  form.append("--").append(kBoundary);
  form +=
      "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"photo.png\"\r\n"
      "Content-Type: image/png\r\n\r\n";
  form.append(picture).append("\r\n--").append(kBoundary).append("--\r\n");
  return with_body(std::move(head), key, form);
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
