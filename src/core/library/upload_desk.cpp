#include "core/library/upload_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace gw {
namespace {

// Enough to know every format by its first bytes.
constexpr std::size_t kMagic = 16;

}  // namespace

PictureIntake::PictureIntake(Spool& spool, const UploadOptions& options, std::string param)
    : spool_(spool), options_(options), param_(std::move(param)) {}

Task<void> PictureIntake::add(std::string_view bytes) {
  const auto so_far = held_.size() + (file_ ? file_->size() : 0);
  if (bytes.size() > options_.max_bytes - std::min(options_.max_bytes, so_far)) {
    co_return fail(Error(ErrorKind::too_large,
                         fmt::format("`{}` is larger than the {} bytes a picture may have", param_,
                                     options_.max_bytes))
                       .with_param(param_));
  }
  digest_.add(bytes);
  held_ += bytes;
  if (held_.size() >= kHeld) GW_CO_CHECK(co_await put_aside());
  if (!file_ && held_.size() >= kMagic) GW_CO_CHECK(judge());
  co_return Done();
}

Task<Reference> PictureIntake::finish() {
  GW_CO_CHECK(co_await put_aside());
  if (!header_) GW_CO_CHECK(co_await judge_whole());
  co_return Reference{file_, header_->format, header_->size, digest_.finish()};
}

Task<void> PictureIntake::put_aside() {
  if (!header_) GW_CO_CHECK(judge());
  if (!file_) {
    GW_CO_TRY(file_, co_await spool_.create());
  }
  co_return co_await file_->append(std::exchange(held_, {}));
}

// By what is in memory. A camera's picture may tell its size only behind a long preamble.
Result<void> PictureIntake::judge() {
  if (file_ || header_) return {};
  const auto format = image_format_of(held_);
  if (!format) {
    return fail(Error::invalid_request(
        param_,
        fmt::format("`{}` is no PNG, JPEG, WebP or GIF, whatever its name or type says", param_)));
  }
  const auto header = read_image_header(held_);
  if (!header) return {};
  GW_CHECK(check(*header));
  header_ = header;
  return {};
}

Task<void> PictureIntake::judge_whole() {
  GW_CO_TRY(const auto bytes, co_await file_->read());
  header_ = read_image_header(*bytes);
  if (header_) co_return check(*header_);
  co_return fail(Error::invalid_request(param_, fmt::format("`{}` is cut off or damaged", param_)));
}

Result<void> PictureIntake::check(const ImageHeader& header) const {
  const auto& size = header.size;
  if (std::max(size.width, size.height) <= options_.max_side && size.area() <= options_.max_pixels)
    return {};
  return fail(Error(ErrorKind::too_large,
                    fmt::format("`{}` has {} pixels; at most {} in all and {} a side are taken",
                                param_, to_string(size), options_.max_pixels, options_.max_side))
                  .with_param(param_));
}

Task<Reference> UploadDesk::keep(SharedBytes bytes) {
  auto unbounded = options_;
  unbounded.max_bytes = std::numeric_limits<std::size_t>::max();
  PictureIntake intake(spool_, unbounded, "image");
  GW_CO_CHECK(co_await intake.add(*bytes));
  co_return co_await intake.finish();
}

Task<Reference> UploadDesk::accept(SharedBytes bytes, std::string param) {
  auto intake = this->intake(std::move(param));
  GW_CO_CHECK(co_await intake.add(*bytes));
  co_return co_await intake.finish();
}

}  // namespace gw
