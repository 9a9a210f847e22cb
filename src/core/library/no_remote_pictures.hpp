// The default: pictures come with their requests, and nothing is fetched.
#pragma once

#include "core/ports/remote_pictures.hpp"

namespace gw {

// Refuses every URL. Stateless.
class NoRemotePictures final : public RemotePictures {
 public:
  Task<Reference> fetch(RemoteUrl url, std::string param, SteadyTime until) override;
};

}  // namespace gw
