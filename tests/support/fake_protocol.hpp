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
#include <vector>

namespace gw::test {

std::string minute_of(WallTime wall, std::chrono::minutes zone);

FakeReply error_reply(int status, std::string_view text);

// What a request without account is refused at once (step 10). Nothing: go on.
std::optional<FakeReply> login_fault(const boost::json::object& body);
// Steps 12 and 14. Nothing: it may be drawn. `offered` as in FakeOptions.
std::optional<FakeReply> body_fault(const boost::json::object& body,
                                    const std::vector<std::string>& offered);
// §6: 1, 2 or 4 times the base cost, by steps and area.
std::int64_t price_factor(const boost::json::object& body);
std::string models_body(const std::vector<std::string>& offered);

// 0 when it is absent or no number.
std::int64_t integer(const boost::json::object& body, std::string_view name);

}  // namespace gw::test
