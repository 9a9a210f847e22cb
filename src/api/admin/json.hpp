// What the answers of the admin door have in common.
#pragma once

#include "base/clock.hpp"
#include "http/message.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace gw::api {

inline boost::json::string json_text(std::string_view value) {
  return boost::json::string(value.data(), value.size());
}

// Seconds since 1970, or null.
inline boost::json::value json_time(std::optional<WallTime> time) {
  if (!time) return nullptr;
  return std::chrono::floor<std::chrono::seconds>(time->time_since_epoch()).count();
}

template <class Number>
boost::json::value json_number(std::optional<Number> number) {
  if (!number) return nullptr;
  return *number;
}

inline http::Response json_answer(const boost::json::object& object, int status = 200) {
  return http::json_response(status, boost::json::serialize(object));
}

inline http::Response json_list(boost::json::array data) {
  return json_answer({{"object", "list"}, {"data", std::move(data)}});
}

}  // namespace gw::api
