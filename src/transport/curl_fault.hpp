// Why a transfer failed, in words.
#pragma once

#include "transport/curl_handle.hpp"
#include "transport/http_client.hpp"

#include <cstdint>
#include <string_view>

namespace gw {

// What made us end a transfer ourselves.
enum class CurlStop : std::uint8_t {
  none,
  answer_too_large,
  connection_lost,  // a kept one, before anything was sent on it
  second_send,      // what libcurl was about to do by itself
};

struct CurlEnd {
  CURL* easy = nullptr;
  CURLcode code = CURLE_OK;
  CurlStop stop = CurlStop::none;
  bool sending = false;  // the request had begun to leave
  bool proxied = false;
  std::string_view text;  // libcurl's own; may be empty
};

TransferFault fault_of(const CurlEnd& end);

// Whether an answer that came complete is an HTTP proxy's own: it wants other credentials, and the
// upstream has seen nothing. In a tunnel this is a failure of the transfer.
bool is_proxys_refusal(CURL* easy);

}  // namespace gw
