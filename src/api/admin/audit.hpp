// The log's line of each change made through the admin door.
#pragma once

#include "base/request_context.hpp"
#include "telemetry/log.hpp"

#include <string_view>

namespace gw::api {

// `did` is a word such as "account_added"; `of` names the thing, never a secret.
inline void log_change(Log& log, const RequestContext& context, std::string_view did,
                       std::string_view of) {
  log.info("admin", {{"did", did},
                     {"of", of},
                     {"by", std::string_view(context.caller.value)},
                     {"client", std::string_view(context.client)},
                     {"request_id", std::string_view(context.request_id)}});
}

}  // namespace gw::api
