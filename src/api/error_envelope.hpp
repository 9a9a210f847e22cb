// Error → status, headers and OpenAI error body; nowhere else.
#pragma once

#include "base/error.hpp"
#include "http/message.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace gw::api {

int status_of(ErrorKind kind);

// {"message", "type", "param", "code"}: always all four, code a string or null. `request_id` is
// what a client may quote when the gateway itself is at fault; of such an error it learns nothing
// else.
boost::json::object error_object(const Error& error, std::string_view request_id);

// The whole answer. `x-should-retry: false` wherever a repeat cannot help or would pay a second
// time, because the SDKs repeat every 5xx, 408, 409 and 429 twice; `Retry-After` is never above a
// minute, because one of them sleeps whatever it says.
http::Response render_error(const Error& error, std::string_view request_id);

// A request that no route takes: 404, or 405 when `allowed` names the methods that its path takes.
// Method and path come from outside, so they are cut and cleaned before they are repeated.
Error unrouted(const http::RequestHead& head, std::string_view allowed);

}  // namespace gw::api
