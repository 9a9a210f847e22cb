#include "api/v1/edit_json.hpp"

#include "api/data_url.hpp"
#include "api/v1/edit_form.hpp"
#include "base/json.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;

Error must_be_reference(const std::string& param) {
  return Error::invalid_request(
      param, fmt::format("`{}` must be an object with one field, `image_url`", param));
}

// `place` is what is said of the picture itself, `param` what is said of its URL.
Result<SentPicture> read_url(const json::value& value, std::string place, std::string param) {
  const auto* text = value.if_string();
  if (!text)
    return fail(Error::invalid_request(param, fmt::format("`{}` must be a string", param)));
  const std::string_view url(text->data(), text->size());
  if (!is_data_url(url)) return SentPicture{RemoteUrl{std::string(url)}, std::move(param)};
  GW_TRY(auto bytes, decode_data_url(url, param));
  return SentPicture{std::move(bytes), std::move(place)};
}

Result<SentPicture> read_reference(const json::value& value, const std::string& param) {
  if (value.is_string()) return read_url(value, param, param);
  const auto* object = value.if_object();
  if (!object || object->size() != 1) return fail(must_be_reference(param));
  const auto& [name, content] = *object->begin();
  if (name == "file_id") {
    return fail(Error::invalid_request(param + ".file_id",
                                       "`file_id` is not supported; send the picture as a data URL")
                    .with_code("unsupported_value"));
  }
  if (name != "image_url") return fail(must_be_reference(param));
  return read_url(content, param, param + ".image_url");
}

Result<std::vector<SentPicture>> read_pictures(const json::value& value, const std::string& param) {
  std::vector<SentPicture> pictures;
  const auto* list = value.if_array();
  if (!list) {
    GW_TRY(auto single, read_reference(value, param));
    pictures.push_back(std::move(single));
    return pictures;
  }
  if (list->empty() || list->size() > kMaxPictures) {
    return fail(Error::invalid_request(
        param, fmt::format("`{}` must hold 1 to {} pictures", param, kMaxPictures)));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    GW_TRY(auto picture, read_reference((*list)[i], fmt::format("{}[{}]", param, i)));
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

// The value of a field that is present and not null, taken out of the object.
std::optional<json::value> take(json::object& fields, std::string_view name) {
  const auto found = fields.find(name);
  if (found == fields.end()) return std::nullopt;
  auto value = std::move(found->value());
  fields.erase(found);
  if (value.is_null()) return std::nullopt;
  return value;
}

}  // namespace

Result<EditDocument> parse_edit_document(std::string_view body) {
  EditDocument document;
  GW_TRY(document.fields, parse_json_object(body));
  // `images` is the contract's name, `image` what some clients carry over from the multipart form.
  for (const auto* name : {"images", "image"}) {
    const auto value = take(document.fields, name);
    if (!value) continue;
    if (!document.pictures.empty())
      return fail(Error::invalid_request(name, "give the pictures in `images` alone"));
    GW_TRY(document.pictures, read_pictures(*value, name));
  }
  if (const auto value = take(document.fields, "mask")) {
    GW_TRY(document.mask, read_reference(*value, "mask"));
  }
  return document;
}

}  // namespace gw::api
