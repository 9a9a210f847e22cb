// GET /v1/styles: the presets that the `style` parameter takes.
#pragma once

#include "core/style.hpp"
#include "http/message.hpp"

namespace gw::api {

// {"object":"list","data":[{"id","object","name","prefix"}]}; `id` is the Chinese name, as the
// original has it.
http::Response list_styles(const StyleBook& styles);

}  // namespace gw::api
