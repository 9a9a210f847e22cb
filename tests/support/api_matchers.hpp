// GoogleMock matchers for the API's answers.
#pragma once

#include "tests/support/gateway_client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace gw::test {

inline void PrintTo(const RawAnswer& answer, std::ostream* out) {
  *out << answer.head << answer.body.substr(0, 2'000);
}

// What is wrong with an error answer; nothing: its body is {"error": {…}} with all four keys,
// message and type are texts, param and code a text or null, and the headers that every answer has
// are there.
inline std::optional<std::string> envelope_fault(const RawAnswer& answer) {
  boost::system::error_code bad;
  const auto body = boost::json::parse(answer.body, bad);
  if (bad || !body.is_object()) return "the body is no JSON object";
  const auto* error = body.get_object().if_contains("error");
  if (!error || !error->is_object() || body.get_object().size() != 1) return "no envelope";
  for (const std::string_view name : {"message", "type", "param", "code"}) {
    const auto* field = error->get_object().if_contains(name);
    if (!field) return std::string(name) + " is missing";
    const bool may_be_null = name == "param" || name == "code";
    if (!field->is_string() && !(may_be_null && field->is_null()))
      return std::string(name) + " has the wrong type";
    if (field->is_string() && field->get_string().empty()) return std::string(name) + " is empty";
  }
  if (error->get_object().size() != 4) return "more than four keys";
  if (answer.header("Content-Type") != "application/json") return "not application/json";
  if (!answer.header("x-request-id")) return "no x-request-id";
  return std::nullopt;
}

// "null" for null.
inline std::string error_field(const RawAnswer& answer, std::string_view name) {
  const auto body = json_of(answer);
  const auto& field = body.at("error").as_object().at({name.data(), name.size()});
  return field.is_string() ? std::string(std::string_view(field.get_string())) : "null";
}

MATCHER_P3(IsError, status, code, param, "") {
  if (arg.status != status) {
    *result_listener << "whose status is " << arg.status;
    return false;
  }
  if (const auto fault = envelope_fault(arg)) {
    *result_listener << "where " << *fault;
    return false;
  }
  *result_listener << "whose code is " << error_field(arg, "code") << " and param "
                   << error_field(arg, "param");
  return error_field(arg, "code") == code && error_field(arg, "param") == param;
}

MATCHER_P(HasStatus, status, "") {
  *result_listener << "whose status is " << arg.status;
  return arg.status == status;
}

MATCHER_P2(HasHeader, name, value, "") {
  const auto found = arg.header(name);
  *result_listener << "where it is " << found.value_or("(absent)");
  return found == std::optional<std::string>(value);
}

}  // namespace gw::test
