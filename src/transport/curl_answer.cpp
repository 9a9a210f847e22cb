#include "transport/curl_answer.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace gw {
namespace {

constexpr std::size_t kMaxHead = 256u << 10;
constexpr std::size_t kMostPending = 64u << 10;  // above it the sender has to wait
constexpr int kFirstFinalStatus = 200;

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

// Every status line starts anew: interim answers (1xx) come before the real one. Lines after the
// body has begun are trailers, which nobody here wants.
CurlAnswer::Taken CurlAnswer::head_line(std::string_view line, int status) {
  if (body_size_ > 0 || head_complete_) return Taken::yes;
  head_size_ += line.size();
  if (head_size_ > kMaxHead) return Taken::head_too_large;
  if (line.starts_with("HTTP/")) {
    answer_.headers.clear();
    return Taken::yes;
  }
  if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    answer_.headers.emplace_back(to_lower(line.substr(0, colon)),
                                 without_blanks(line.substr(colon + 1)));
  }
  if (without_blanks(line).empty() && status >= kFirstFinalStatus) head_complete_ = true;
  return Taken::yes;
}

CurlAnswer::Taken CurlAnswer::body(std::string_view bytes) {
  if (pending_.size() >= kMostPending) return Taken::not_now;
  body_size_ += bytes.size();
  if (body_size_ > most_) return Taken::body_too_large;
  if (delivery_ == Delivery::in_pieces) {
    pending_ += bytes;
  } else {
    append_to_blocks(bytes);
  }
  return Taken::yes;
}

void CurlAnswer::append_to_blocks(std::string_view bytes) {
  auto& blocks = answer_.body.blocks;
  while (!bytes.empty()) {
    if (blocks.empty() || blocks.back().size() == kBlockSize) {
      // Most answers are small: only from the second block on is it worth having all the room at
      // once.
      const bool large = !blocks.empty();
      blocks.emplace_back();
      if (large) blocks.back().reserve(kBlockSize);
    }
    const auto size = std::min(bytes.size(), kBlockSize - blocks.back().size());
    blocks.back().append(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
}

std::string CurlAnswer::take_piece() {
  return std::exchange(pending_, {});
}

IncomingAnswer CurlAnswer::take() {
  return std::move(answer_);
}

}  // namespace gw
