// The JSON form of an edit (openai-contract §5): pictures as data URLs inside the
// document, or as URLs of elsewhere.
#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "core/ports/remote_pictures.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gw::api {

struct SentPicture {
  std::variant<SharedBytes, RemoteUrl> source;  // decoded from a data URL, or anything else
  std::string param;                            // the field that errors name
};

struct EditDocument {
  boost::json::object fields;  // all others
  std::vector<SentPicture> pictures;
  std::optional<SentPicture> mask;
};

// Of megabytes: belongs on the worker pool. Errors name the field with its place,
// "images[1].image_url". Nothing is fetched. Total: any bytes.
Result<EditDocument> parse_edit_document(std::string_view body);

}  // namespace gw::api
