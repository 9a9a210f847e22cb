// JSON from outside: bounded parsing, and readers of an object's fields that name the field that is
// wrong.
#pragma once

#include "base/error.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw {

// One JSON object, UTF-8, at most 32 levels deep. The memory of the parsed form is bounded by the
// length of the text, so that a body of tiny values cannot cost many times its size. Of a doubled
// key the last wins, as in JavaScript and Python. A leading byte order mark is skipped.
// invalid_request for everything else.
Result<boost::json::object> parse_json_object(std::string_view text);

// `text` as a JSON string with its quotes; bytes that are not UTF-8 become '?'.
std::string json_quote(std::string_view text);

// Typed readers over one object, which must outlive this. Every reader treats null as absent and
// answers a wrong type or value with invalid_request that names the field and says what would be
// right; the client's value is never repeated, because it may be a prompt.
class JsonFields final {
 public:
  template <class Value>
  using Choice = std::pair<std::string_view, Value>;

  explicit JsonFields(const boost::json::object& object) : object_(object) {}

  bool present(std::string_view name);
  // At most so many characters (not bytes), none of them NUL.
  Result<std::optional<std::string>> string(std::string_view name, std::size_t max_characters);
  // 2.0 is an integer here, because some clients have only floating-point numbers; "2" is none.
  // Both bounds within ±2^53.
  Result<std::optional<std::int64_t>> integer(std::string_view name, std::int64_t low,
                                              std::int64_t high);
  Result<std::optional<bool>> boolean(std::string_view name);
  template <class Value>
  Result<std::optional<Value>> choice(std::string_view name,
                                      std::span<const Choice<Value>> choices);

  // Names of fields with a value that no reader has asked for, in their order, at most `limit` of
  // them.
  std::vector<std::string_view> unread(std::size_t limit) const;

 private:
  const boost::json::value* find(std::string_view name);

  const boost::json::object& object_;
  std::vector<std::string_view> asked_;  // names given to the readers: static storage in practice
};

// The error of a value that is none of `choices`.
Error not_a_choice(std::string_view name, std::span<const std::string_view> choices);

template <class Value>
Result<std::optional<Value>> JsonFields::choice(std::string_view name,
                                                std::span<const Choice<Value>> choices) {
  std::vector<std::string_view> labels;
  labels.reserve(choices.size());
  for (const auto& [label, value] : choices) labels.push_back(label);
  const auto* field = find(name);
  if (field == nullptr) return std::nullopt;
  if (const auto* text = field->if_string()) {
    for (const auto& [label, value] : choices) {
      if (std::string_view(text->data(), text->size()) == label) return value;
    }
  }
  return fail(not_a_choice(name, labels));
}

}  // namespace gw
