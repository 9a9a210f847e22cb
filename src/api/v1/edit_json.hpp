// The JSON form of an edit (openai-contract §5): pictures as data URLs inside the document.
#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace gw::api {

struct EditDocument {
  boost::json::object fields;  // all others
  std::vector<SharedBytes> pictures;
  std::optional<SharedBytes> mask;
};

// Of megabytes: belongs on the worker pool. Errors name the field with its place,
// "images[1].image_url". Total: any bytes.
Result<EditDocument> parse_edit_document(std::string_view body);

}  // namespace gw::api
