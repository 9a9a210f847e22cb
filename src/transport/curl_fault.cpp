#include "transport/curl_fault.hpp"

#include <fmt/format.h>

#include <string>

namespace gw {
namespace {

struct Words {
  ErrorKind kind;
  std::string_view message;
};

Words words_of(const CurlEnd& end) {
  if (end.stop == CurlStop::answer_too_large)
    return {ErrorKind::upstream_error, "the upstream's answer is larger than the gateway accepts"};
  if (!end.sending) return {ErrorKind::upstream_unavailable, "the upstream cannot be reached"};
  if (end.code == CURLE_OPERATION_TIMEDOUT)
    return {ErrorKind::upstream_timeout, "the upstream did not answer in time"};
  return {ErrorKind::upstream_error,
          "the connection to the upstream broke before its answer was complete"};
}

}  // namespace

TransferFault fault_of(const CurlEnd& end) {
  TransferFault fault;
  fault.stage = end.sending ? TransferFault::Stage::unsure : TransferFault::Stage::before_send;
  fault.timed_out = end.code == CURLE_OPERATION_TIMEDOUT;
  auto text = end.text.empty() ? std::string_view(curl_easy_strerror(end.code)) : end.text;
  if (end.stop == CurlStop::second_send) text = "a kept connection broke without an answer";
  const auto words = words_of(end);
  fault.error = Error(words.kind, std::string(words.message))
                    .with_detail(fmt::format("curl {}: {}", static_cast<int>(end.code), text));
  return fault;
}

}  // namespace gw
