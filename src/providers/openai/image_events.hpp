// The events of a picture that is drawn before our eyes (contract: image streaming). Pure.
#pragma once

#include "base/error.hpp"
#include "core/generation.hpp"
#include "providers/openai/complaint.hpp"
#include "providers/openai/drawing.hpp"
#include "providers/openai/event_reader.hpp"

#include <optional>
#include <variant>

namespace gw::openai {

struct PartialPicture {
  Picture picture;
};

// A preview, the picture itself, or why there will be none.
using PictureNews = std::variant<PartialPicture, Drawing, Complaint>;

// What an event says; nothing for events that say nothing about the picture, and for a preview that
// cannot be read. The type is in the data or, failing that, the event's name. upstream_error when a
// final picture cannot be read.
Result<std::optional<PictureNews>> read_event(const ServerEvent& event);

}  // namespace gw::openai
