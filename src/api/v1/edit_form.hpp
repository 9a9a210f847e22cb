// The multipart form of an edit (openai-contract §5), read as it arrives: pictures go to the desk,
// text parts become the fields of the same JSON object that the JSON form has.
#pragma once

#include "core/library/upload_desk.hpp"
#include "http/message.hpp"
#include "http/multipart.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

// At most so many pictures (openai-contract §5).
inline constexpr std::size_t kMaxPictures = 16;

struct EditParts {
  boost::json::object fields;
  std::vector<Reference> pictures;  // in the order of the body
  std::optional<Reference> mask;
};

// `image`, repeated or with `[]` or `[0]`, and `mask` are pictures, whatever type they claim; the
// order of parts does not matter. Files of other names are dropped and stand in `fields` by name,
// so that they end up among what was ignored. Errors name the field.
Task<EditParts> read_edit_form(http::BodyStream& body, http::MultipartParser parser,
                               UploadDesk& uploads);

// A text part as the JSON value it stands for: numbers and booleans where the field has them.
// Nothing for an empty one, which is how forms say "absent".
std::optional<boost::json::value> form_value(std::string_view name, std::string_view text);

}  // namespace gw::api
