// Whether a request's pictures are kept beyond the delivery: the client's `store`, and the
// operator's STORE_PICTURES.
#pragma once

#include "core/generation.hpp"

#include <cstdint>

namespace gw::api {

// Of the one key that there is. off: whoever asks has the pictures, and nobody else ever.
enum class StorePictures : std::uint8_t { off, on };

// Decides `asked.keeping`, and the form where nothing is kept: there are only bytes then.
// invalid_request naming `store` when the client wants what the operator does not, or
// `response_format` for a link to what will not be there.
Result<void> decide_keeping(GenerationRequest& asked, StorePictures operators);

// A job is fetched later, so it lives on what is kept. After decide_keeping(); invalid_request
// naming `store`.
Result<void> expect_kept(const GenerationRequest& asked);

}  // namespace gw::api
