// One request and all that is decided about it on its way through a session.
#pragma once

#include "base/random.hpp"
#include "base/request_context.hpp"
#include "http/body_stream.hpp"
#include "http/departure_watch.hpp"
#include "http/message.hpp"
#include "http/request_reader.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw::http {

inline constexpr int kClientLeft = 499;

// It waits with the request, so it is kept small: the budget of a waiting request is 8 kB with
// everything.
struct Exchange {
  ParsedHead parsed;
  RequestContext context;
  std::vector<std::pair<std::string, std::string>> params;
  std::string allowed;  // of a 405
  Response response;
  std::optional<DepartureWatch> watch;   // while the answer is being made
  std::unique_ptr<BodyReport> streamed;  // of a body that the handler reads
  std::uint64_t sent_before = 0;
  int status = kClientLeft;
  bool body_pending = false;  // announced and not read
  bool close = false;         // the connection cannot go on
  bool unread = false;        // bytes of this request may still be coming
  bool gone = false;          // nobody is there to answer
};

// "req_…" unless the client brought one of its own that is safe in logs and headers.
std::string request_id(const RequestHead& head, Random& random);

}  // namespace gw::http
