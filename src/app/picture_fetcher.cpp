#include "app/picture_fetcher.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace gw::app {
namespace {

constexpr std::chrono::seconds kTryAgain{5};
// A piece of the transport's may go over the bound by its own size.
constexpr std::size_t kOnePiece = 1u << 20;

// One sentence whatever happened, so that nobody learns from it what answers inside.
Error not_fetched(const std::string& param, std::string why) {
  auto message = fmt::format(
      "`{}` could not be fetched: it must be an http or https URL on its usual port, at a public "
      "address, that answers with a picture within 20 seconds ({} for all pictures of a request) "
      "and without a redirect; or send the picture as a data URL",
      param, RemotePictures::kTimeOfRequest.count());
  return Error::invalid_request(param, std::move(message))
      .with_code("invalid_image_url")
      .with_detail("remote picture: " + std::move(why));
}

class Place final {
 public:
  explicit Place(std::size_t& taken) : taken_(taken) { ++taken_; }
  ~Place() { --taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::size_t& taken_;
};

}  // namespace

Task<Reference> PictureFetcher::fetch(RemoteUrl url, std::string param, SteadyTime until) {
  if (under_way_ >= kMostAtOnce) {
    co_return fail(Error(ErrorKind::queue_full, "too many pictures are being fetched at the moment")
                       .with_param(std::move(param))
                       .with_retry_after(kTryAgain));
  }
  const Place place(under_way_);
  auto answer = co_await web_.open(std::move(url.text), until);
  if (!answer) co_return fail(not_fetched(param, std::move(answer).error()));
  auto intake = uploads_.intake(param);
  for (;;) {
    const auto piece = co_await (*answer)->next();
    if (!piece) co_return fail(not_fetched(param, piece.error().error.detail()));
    if (piece->empty()) break;
    GW_CO_CHECK(co_await intake.add(*piece));
  }
  co_return co_await intake.finish();
}

PublicWebOptions web_options(const UploadOptions& uploads) {
  PublicWebOptions options;
  options.max_answer_bytes = uploads.max_bytes + kOnePiece;
  return options;
}

}  // namespace gw::app
