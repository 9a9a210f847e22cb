// What the fake Dreamifly server knows of the protocol besides the connection: minutes, models, and
// the checks of a request in the order of §3.1.
#pragma once

#include "base/clock.hpp"
#include "tests/support/fake_dreamifly.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::test {

std::string minute_of(WallTime wall, std::chrono::minutes zone);

FakeReply error_reply(int status, std::string_view text);
std::optional<FakeReply> body_fault(const boost::json::object& body);  // nothing: it may be drawn
std::string models_body();

// 0 when it is absent or no number.
std::int64_t integer(const boost::json::object& body, std::string_view name);

}  // namespace gw::test
