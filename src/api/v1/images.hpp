// POST /v1/images/generations: the HTTP skin around core's Generator.
#pragma once

#include "api/v1/images_wire.hpp"
#include "base/clock.hpp"
#include "core/generate.hpp"
#include "core/library/image_links.hpp"
#include "http/message.hpp"

namespace gw::api {

// I/O thread; everything it refers to outlives it.
class ImagesEndpoint final {
 public:
  ImagesEndpoint(Generator& generator, const ImageLinks& links, const Clock& clock)
      : generator_(generator), links_(links), clock_(clock) {}

  // Cancelled when the client leaves; the generator then parks or finishes its tasks.
  Task<http::Response> generations(http::Request request, RequestContext& context);

 private:
  struct Call;
  Result<Call> begin(const http::Request& request, const RequestContext& context);
  Task<http::Response> answer(Call call, RequestContext& context);
  Result<http::Response> finished(Result<Generation> generation, AnswerTerms& terms,
                                  RequestContext& context) const;
  AnswerTerms terms_of(const GenerationRequest& asked, const RequestContext& context) const;

  Generator& generator_;
  const ImageLinks& links_;
  const Clock& clock_;
};

}  // namespace gw::api
