// Where clients' pictures come in: judged by their bytes, bounded, and put aside on disk.
#pragma once

#include "core/library/upload.hpp"
#include "core/ports/spool.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gw {

struct UploadOptions {
  std::size_t max_bytes = 50'000'000;     // of one picture (openai-contract §5)
  std::uint64_t max_pixels = 40'000'000;  // what may be decoded
  std::uint32_t max_side = 32'000;
};

// One picture on its way in; made by the desk. I/O thread. At most kHeld bytes of it are in memory.
// Errors name `param`: invalid_request for what is no PNG, JPEG, WebP or GIF (said at the first
// bytes), too_large over a bound.
class PictureIntake final {
 public:
  PictureIntake(Spool& spool, const UploadOptions& options, std::string param);

  Task<void> add(std::string_view bytes);
  Task<Reference> finish();

 private:
  static constexpr std::size_t kHeld = 256 * 1024;
  Task<void> put_aside();
  Result<void> judge();
  Task<void> judge_whole();
  Result<void> check(const ImageHeader& header) const;

  Spool& spool_;
  const UploadOptions& options_;
  const std::string param_;
  std::string held_;
  std::shared_ptr<SpoolFile> file_;
  std::optional<ImageHeader> header_;
  Sha256Stream digest_;
};

// Owned by the composition root; I/O thread; outlives its intakes.
class UploadDesk final {
 public:
  UploadDesk(Spool& spool, UploadOptions options) : spool_(spool), options_(options) {}

  // `param` is the field that errors name.
  PictureIntake intake(std::string param) { return {spool_, options_, std::move(param)}; }
  // A picture that came whole: a decoded data URL, a stored picture.
  Task<Reference> accept(SharedBytes bytes, std::string param);
  // One that was made here of accepted ones: the bounds of what clients send do not hold for it.
  Task<Reference> keep(SharedBytes bytes);

  const UploadOptions& options() const { return options_; }

 private:
  Spool& spool_;
  const UploadOptions options_;
};

}  // namespace gw
