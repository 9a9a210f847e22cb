// What a client prefers about when it is answered (RFC 7240).
#pragma once

#include "http/message.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace gw::api {

struct Preferences {
  bool respond_async = false;
  std::optional<std::chrono::seconds> wait;

  // Either of them makes the request a job.
  bool want_job() const { return respond_async || wait.has_value(); }
};

// Of all Prefer fields together; of a doubled preference the first counts. What is unknown or
// malformed is ignored, as the RFC has it. Total: any bytes.
Preferences preferences(const http::Headers& headers);

// For Preference-Applied; `wait` as it was really waited.
std::string applied(const Preferences& preferences);

}  // namespace gw::api
