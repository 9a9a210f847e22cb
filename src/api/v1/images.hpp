// POST /v1/images/generations: the HTTP skin around core's Generator.
#pragma once

#include "api/v1/images_wire.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "core/generate.hpp"
#include "core/library/image_links.hpp"
#include "http/message.hpp"

namespace gw::api {

// I/O thread; everything it refers to outlives it.
class ImagesEndpoint final {
 public:
  // `pictures` is charged with the answers too: each carries its pictures a second time, as base64.
  ImagesEndpoint(Generator& generator, const ImageLinks& links, const Clock& clock,
                 WorkerPool& workers, ByteBudget& pictures)
      : generator_(generator),
        links_(links),
        clock_(clock),
        workers_(workers),
        pictures_(pictures) {}

  // Cancelled when the client leaves; the generator then parks or finishes its tasks.
  Task<http::Response> generations(http::Request request, RequestContext& context);

 private:
  struct Call;
  Task<http::Response> large(http::Request request, RequestContext& context);
  Task<GenerationRequest> parsed_aside(http::Request& request);
  Result<Call> begin(GenerationRequest asked, const http::Headers& headers,
                     const RequestContext& context);
  Task<http::Response> answer(Call call, RequestContext& context);
  Result<http::Response> finished(Result<Generation> generation, AnswerTerms& terms,
                                  RequestContext& context) const;
  AnswerTerms terms_of(const GenerationRequest& asked, const RequestContext& context) const;

  Generator& generator_;
  const ImageLinks& links_;
  const Clock& clock_;
  WorkerPool& workers_;
  ByteBudget& pictures_;
};

}  // namespace gw::api
