// The port to pictures that lie elsewhere: the one way from a URL in a request to a connection of
// ours (design rule 7).
#pragma once

#include "base/clock.hpp"
#include "base/task.hpp"
#include "core/library/upload.hpp"

#include <chrono>
#include <string>

namespace gw {

// What a client wrote where a picture belongs. Nobody has looked whether it is a URL at all.
struct RemoteUrl {
  std::string text;
};

// Owned by the composition root; I/O thread. Errors name `param`.
class RemotePictures {
 public:
  // For all pictures of one request together: its client waits without a sign of life meanwhile.
  static constexpr std::chrono::seconds kTimeOfRequest{60};

  virtual ~RemotePictures() = default;
  // The picture, put aside on disk like an uploaded one and within the same bounds.
  // invalid_request says nothing about what lies at the URL: that is in the error's detail.
  // Cancelling it ends the connection, and so does `until`.
  virtual Task<Reference> fetch(RemoteUrl url, std::string param, SteadyTime until) = 0;
};

}  // namespace gw
