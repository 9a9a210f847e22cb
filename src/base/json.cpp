#include "base/json.hpp"

#include "base/text.hpp"

#include <boost/json/memory_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>

namespace gw {
namespace {

namespace json = boost::json;

// "[0,0,0…" needs eight times its own length as values; one long string, while its buffer grows,
// three times.
constexpr std::size_t kMemoryPerByte = 4;
constexpr std::size_t kMemoryForSmallTexts = 64 * 1024;
constexpr std::size_t kMaxDepth = 32;

class BoundedResource final : public json::memory_resource {
 public:
  explicit BoundedResource(std::size_t limit) : left_(limit) {}

 private:
  // The alignment is not passed on: Boost.JSON 1.81 names another one when it frees, and never
  // needs more than new gives anyway.
  void* do_allocate(std::size_t size, std::size_t) override {
    if (size > left_) throw std::bad_alloc();
    left_ -= size;
    return ::operator new(size);
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t) override {
    left_ += size;
    ::operator delete(memory);
  }
  bool do_is_equal(const json::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::size_t left_;
};

Error bad_body(std::string message) {
  return Error(ErrorKind::invalid_request, std::move(message)).with_code("invalid_json");
}

Result<json::value> parse_value(std::string_view text) {
  auto storage = json::make_shared_resource<BoundedResource>(kMemoryForSmallTexts +
                                                             kMemoryPerByte * text.size());
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::parser parser(storage, options);
  parser.reset(storage);
  boost::system::error_code code;
  try {
    const auto read = parser.write(text.data(), text.size(), code);
    if (!code) return parser.release();
    if (code == json::error::too_deep) {
      return fail(bad_body(fmt::format("the body nests deeper than {} levels", kMaxDepth)));
    }
    return fail(bad_body(fmt::format("the body is not valid JSON in UTF-8 ({} near byte {})",
                                     code.message(), read)));
  } catch (const std::bad_alloc&) {
    // Our own resource's way to say "enough"; Boost.JSON has no other.
    return fail(Error(ErrorKind::too_large, "the body has too many small JSON values"));
  }
}

Error wrong_type(std::string_view name, std::string_view expected) {
  return Error::invalid_request(std::string(name), fmt::format("`{}` must be {}", name, expected))
      .with_code("invalid_type");
}

Error wrong_value(std::string_view name, std::string_view expected) {
  return Error::invalid_request(std::string(name), fmt::format("`{}` must be {}", name, expected))
      .with_code("invalid_value");
}

// Any JSON number as a double, which is exact within the ±2^53 that readers may ask for.
std::optional<double> number_of(const json::value& value) {
  if (const auto* number = value.if_int64()) return static_cast<double>(*number);
  if (const auto* number = value.if_uint64()) return static_cast<double>(*number);
  if (const auto* number = value.if_double()) return *number;
  return std::nullopt;
}

}  // namespace

Result<json::object> parse_json_object(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.empty()) return fail(bad_body("the body is empty; it must be a JSON object"));
  GW_TRY(auto value, parse_value(text));
  if (!value.is_object()) return fail(bad_body("the body must be a JSON object"));
  return std::move(value.get_object());
}

std::string json_quote(std::string_view text) {
  if (is_utf8(text)) return json::serialize(json::string(text.data(), text.size()));
  json::string cleaned(text.data(), text.size());
  std::ranges::replace_if(
      cleaned, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return json::serialize(cleaned);
}

const json::value* JsonFields::find(std::string_view name) {
  if (std::ranges::find(asked_, name) == asked_.end()) asked_.push_back(name);
  const auto* value = object_.if_contains({name.data(), name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool JsonFields::present(std::string_view name) {
  return find(name) != nullptr;
}

Result<std::optional<std::string>> JsonFields::string(std::string_view name,
                                                      std::size_t max_characters) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* text = value->if_string();
  if (text == nullptr) return fail(wrong_type(name, "a string"));
  const std::string_view view(text->data(), text->size());
  if (utf8_length(view) > max_characters) {
    return fail(
        wrong_value(name, fmt::format("a string of at most {} characters", max_characters)));
  }
  if (view.contains('\0')) return fail(wrong_value(name, "a string without NUL characters"));
  return std::string(view);
}

Result<std::optional<std::int64_t>> JsonFields::integer(std::string_view name, std::int64_t low,
                                                        std::int64_t high) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto expected = fmt::format("an integer from {} to {}", low, high);
  const auto number = number_of(*value);
  // Written so that a NaN would be refused too.
  if (!number || !(std::trunc(*number) == *number)) return fail(wrong_type(name, expected));
  if (!(*number >= static_cast<double>(low) && *number <= static_cast<double>(high))) {
    return fail(wrong_value(name, expected));
  }
  return static_cast<std::int64_t>(*number);
}

Result<std::optional<bool>> JsonFields::boolean(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const auto* flag = value->if_bool()) return *flag;
  return fail(wrong_type(name, "true or false"));
}

std::vector<std::string_view> JsonFields::unread(std::size_t limit) const {
  std::vector<std::string_view> names;
  for (const auto& field : object_) {
    if (names.size() == limit) break;
    const std::string_view name(field.key().data(), field.key().size());
    const bool read = std::ranges::find(asked_, name) != asked_.end();
    if (!read && !field.value().is_null()) names.push_back(name);
  }
  return names;
}

Error not_a_choice(std::string_view name, std::span<const std::string_view> choices) {
  return wrong_value(name, fmt::format("one of {}", fmt::join(choices, ", ")));
}

}  // namespace gw
