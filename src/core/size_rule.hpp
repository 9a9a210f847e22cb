// Sizes: how clients write them, and what a model takes.
#pragma once

#include "base/error.hpp"
#include "base/image_format.hpp"
#include "core/model.hpp"

#include <optional>
#include <string_view>

namespace gw {

// "1024x768" (also with * or ×), a ratio such as "16:9" at normal area, or "auto" → nothing.
// invalid_request for param "size". Total: any bytes.
Result<std::optional<ImageSize>> parse_size(std::string_view text);

// The size in the ratio of `shape` whose area is near 1024 x 1024 and whose sides are multiples of
// 8: what the upstream calls the normal area. `shape` has no zero side.
ImageSize normal_area_size(ImageSize shape);

// The size of an order: 1024x1024 when nothing was asked for. A size the model does not take is
// invalid_request, with the nearest one that it does take in the message, because a picture of
// another size than asked for would be a surprise, and a refusal by the upstream would cost.
Result<ImageSize> resolve_size(std::optional<ImageSize> asked, const ModelInfo& model);

// The size nearest to `asked` that `model` takes.
ImageSize nearest_size(ImageSize asked, const ModelInfo& model);

}  // namespace gw
