// One outgoing request as options of a libcurl easy handle.
#pragma once

#include "transport/curl_handle.hpp"
#include "transport/http_client.hpp"

#include <cstddef>
#include <cstdint>

namespace gw {

enum class Delivery : std::uint8_t {
  whole,      // kept until all of it is there
  in_pieces,  // read while it comes
};

inline constexpr std::size_t kBlockSize = 256u << 10;  // of an answer that is kept whole

// A handle only points at these, as it does at the request's body.
struct CurlLists {
  CurlList headers;
  CurlList connect_to;
};

// Gives `easy` all that does not call back. A request that cannot be sent as written (a line break
// in a header, an unusable URL) is `internal`: what clients send never ends up there. The request
// and the lists must outlive the handle.
Result<CurlLists> set_options(CURL* easy, const OutgoingRequest& request, Delivery delivery,
                              const HttpClientOptions& options);

// May be sent more than once.
bool is_safe(const OutgoingRequest& request);

}  // namespace gw
