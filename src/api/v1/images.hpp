// POST /v1/images/generations, /edits and /variations: the HTTP skin around core's Generator.
#pragma once

#include "api/v1/edits.hpp"
#include "api/v1/hopeless_waits.hpp"
#include "api/v1/images_stream.hpp"
#include "api/v1/images_wire.hpp"
#include "api/v1/job_answers.hpp"
#include "api/v1/keeping.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "core/editor.hpp"
#include "core/generate.hpp"
#include "core/library/image_links.hpp"
#include "http/message.hpp"

#include <chrono>

namespace gw::api {

// I/O thread; everything it refers to outlives it.
class ImagesEndpoint final {
 public:
  // `pictures` is charged with the answers too: each carries its pictures a second time, as base64.
  ImagesEndpoint(Generator& generator, const ImageLinks& links, const Clock& clock,
                 WorkerPool& workers, ByteBudget& pictures, std::chrono::milliseconds heartbeat,
                 EditReader reader, Editor& editor, StorePictures store_pictures, JobAnswers jobs,
                 HopelessWaits hopeless_waits)
      : generator_(generator),
        links_(links),
        clock_(clock),
        workers_(workers),
        pictures_(pictures),
        heartbeat_(heartbeat),
        reader_(reader),
        editor_(editor),
        store_pictures_(store_pictures),
        jobs_(jobs),
        hopeless_waits_(hopeless_waits),
        streams_(generator, clock, pictures, heartbeat) {}

  // Cancelled when the client leaves; the generator then parks or finishes its tasks.
  Task<http::Response> generations(http::Request request, RequestContext& context);
  // `request` has its body as a stream, which is not read while the queue is full.
  Task<http::Response> edits(http::Request request, RequestContext& context, EditKind kind);

 private:
  struct AnswerWishes;
  struct Call;
  Task<http::Response> answered(GenerationRequest asked, const http::Headers& headers,
                                RequestContext& context);
  Task<http::Response> as_job(GenerationRequest asked, const http::Headers& headers,
                              RequestContext& context);
  Task<http::Response> begun(GenerationRequest asked, RepeatMarks marks, RequestContext& context);
  Task<http::Response> large(http::Request request, RequestContext& context);
  Task<GenerationRequest> parsed_aside(http::Request& request);
  Result<Call> begin(GenerationRequest asked, const http::Headers& headers,
                     const RequestContext& context);
  Task<http::Response> answer(Call call, RequestContext& context);
  Task<http::Response> gathered(Result<Watched>& watched, const AnswerWishes& wishes,
                                RequestContext& context) const;
  Result<http::Response> finished(Result<Generation> generation, const AnswerWishes& wishes,
                                  RequestContext& context) const;
  static AnswerWishes wishes_of(const GenerationRequest& asked);
  AnswerTerms terms_of(const AnswerWishes& wishes, const RequestContext& context) const;

  Generator& generator_;
  const ImageLinks& links_;
  const Clock& clock_;
  WorkerPool& workers_;
  ByteBudget& pictures_;
  std::chrono::milliseconds heartbeat_;
  EditReader reader_;
  Editor& editor_;
  StorePictures store_pictures_;
  JobAnswers jobs_;
  HopelessWaits hopeless_waits_;
  ImageStreams streams_;
};

}  // namespace gw::api
