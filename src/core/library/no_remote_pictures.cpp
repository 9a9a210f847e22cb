#include "core/library/no_remote_pictures.hpp"

#include <fmt/format.h>

#include <utility>

namespace gw {

Task<Reference> NoRemotePictures::fetch(RemoteUrl, std::string param, SteadyTime) {
  auto message = fmt::format(
      "`{}` must be a data URL (data:image/png;base64,…): this gateway fetches no pictures from "
      "elsewhere; send them in the request",
      param);
  co_return fail(
      Error::invalid_request(std::move(param), std::move(message)).with_code("invalid_image_url"));
}

}  // namespace gw
