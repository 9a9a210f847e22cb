// The Images API's streamed answers: a picture's previews, the pictures, an error (openai-contract
// §7). One for generations and edits, which differ in the events' names.
#pragma once

#include "base/clock.hpp"
#include "base/request_context.hpp"
#include "core/generate.hpp"
#include "http/message.hpp"

#include <chrono>
#include <cstdint>

namespace gw::api {

enum class ImageEvents : std::uint8_t { generation, edit };

// I/O thread; everything it refers to outlives it.
class ImageStreams final {
 public:
  // `pictures` is charged with the events too: each carries its picture a second time, as base64.
  ImageStreams(Generator& generator, const Clock& clock, ByteBudget& pictures,
               std::chrono::milliseconds heartbeat)
      : generator_(generator), clock_(clock), pictures_(pictures), heartbeat_(heartbeat) {}

  // Admits at once: what is refused is an error with a status. From then on the answer is 200, and
  // an error is its last event. Pictures always come as base64, so `response_format` url is named
  // as ignored. `context` outlives the response, as the session's does.
  // `marks` must live until it has completed.
  Task<http::Response> open(GenerationRequest asked, const RepeatMarks& marks,
                            RequestContext& context, ImageEvents events) const;

 private:
  Generator& generator_;
  const Clock& clock_;
  ByteBudget& pictures_;
  std::chrono::milliseconds heartbeat_;
};

}  // namespace gw::api
