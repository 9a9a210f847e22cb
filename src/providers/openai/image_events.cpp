#include "providers/openai/image_events.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace gw::openai {
namespace {

std::string_view type_of(const ServerEvent& event, const boost::json::object& object) {
  const auto* type = object.if_contains("type");
  return type && type->is_string() ? std::string_view(type->get_string())
                                   : std::string_view(event.name);
}

std::optional<PictureNews> preview_of(Unpacked& unpacked) {
  auto drawing = drawing_of(unpacked.object, unpacked);
  if (!drawing || !std::holds_alternative<Picture>(*drawing)) return std::nullopt;
  return PartialPicture{std::get<Picture>(*std::move(drawing))};
}

}  // namespace

Result<std::optional<PictureNews>> read_event(const ServerEvent& event) {
  const std::array<std::string_view, 1> blocks{event.data};
  auto unpacked = unpack(blocks);
  if (!unpacked) return std::nullopt;  // "[DONE]", and whatever else is no object
  const auto type = type_of(event, unpacked->object);
  if (type == "error" || unpacked->object.contains("error")) return complaint_of(unpacked->object);
  if (type.ends_with(".partial_image")) return preview_of(*unpacked);
  if (!type.ends_with(".completed")) return std::nullopt;
  GW_TRY(auto drawing, drawing_of(unpacked->object, *unpacked));
  return PictureNews(std::move(drawing));
}

}  // namespace gw::openai
