// What a client sent to POST /v1/images/edits or /variations, as the engine's request.
#pragma once

#include "api/v1/edit_json.hpp"
#include "base/worker_pool.hpp"
#include "core/generation.hpp"
#include "core/library/upload_desk.hpp"
#include "core/ports/remote_pictures.hpp"
#include "http/message.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace gw::api {

// A variation is an edit whose prompt is ours (openai-contract §6).
enum class EditKind : std::uint8_t { edit, variation };

// I/O thread; what it refers to outlives it.
class EditReader final {
 public:
  EditReader(UploadDesk& uploads, RemotePictures& remote, WorkerPool& workers,
             std::size_t max_json_body)
      : uploads_(uploads), remote_(remote), workers_(workers), max_json_body_(max_json_body) {}

  // multipart/form-data as it arrives, or JSON. The request's pictures and mask are as they were
  // uploaded. Errors name the field.
  Task<GenerationRequest> read(http::Request& request, EditKind kind);

 private:
  Task<GenerationRequest> read_form(http::Request& request, EditKind kind);
  Task<GenerationRequest> read_json(http::Request& request, EditKind kind);
  Task<std::vector<Reference>> accepted(std::vector<SentPicture> pictures, http::Request& request);

  UploadDesk& uploads_;
  RemotePictures& remote_;
  WorkerPool& workers_;
  const std::size_t max_json_body_;
};

// The fields beside the pictures. `picture_field` is the name that a missing picture is told under.
Result<GenerationRequest> edit_request(boost::json::object fields, std::vector<Reference> pictures,
                                       std::optional<Reference> mask, EditKind kind,
                                       const char* picture_field);

}  // namespace gw::api
