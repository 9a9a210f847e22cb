// Multipart bodies: however the bytes are split, the outcome is the same, and nothing is invented.
#include "http/multipart.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

// Everything that is told, in order.
class Story final : public gw::http::PartSink {
 public:
  gw::Result<void> begin(gw::http::PartHead head) override {
    text += "[" + head.name + "|" + head.content_type + "]";
    return {};
  }
  gw::Result<void> data(std::string_view bytes) override {
    text += bytes;
    bytes_ += bytes.size();
    return {};
  }
  gw::Result<void> end() override {
    text += "[end]";
    return {};
  }
  std::size_t bytes() const { return bytes_; }
  std::string text;

 private:
  std::size_t bytes_ = 0;
};

std::string told(std::string_view body, std::size_t at_once) {
  auto parser = gw::http::MultipartParser::create("multipart/form-data; boundary=XX", {10, 200});
  Story story;
  const auto length = body.size();
  gw::Result<void> fed;
  while (fed && !body.empty()) {
    fed = parser->feed(body.substr(0, at_once), story);
    body.remove_prefix(std::min(at_once, body.size()));
  }
  if (story.bytes() > length) std::abort();
  if (!fed) return "refused";  // how much was told before may differ
  return story.text + (parser->finish() ? "whole" : "cut");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t at_once = 1 + static_cast<unsigned char>(bytes[0]) % 16;
  const auto body = bytes.substr(1);
  if (told(body, body.size() + 1) != told(body, at_once)) std::abort();
  const auto by_header = gw::http::MultipartParser::create(bytes);
  if (!by_header && by_header.error().message().empty()) std::abort();
  return 0;
}
