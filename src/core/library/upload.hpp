// A picture that a client sent. It waits on disk, never in memory (design rule 5).
#pragma once

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/image_format.hpp"
#include "base/task.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace gw {

// Shared by all tasks of a request; its file is gone when the last of them lets go, and after a
// crash too. I/O thread; the reading happens on the worker pool.
class Upload {
 public:
  virtual ~Upload() = default;
  virtual std::uint64_t size() const = 0;  // bytes
  virtual Task<SharedBytes> read() const = 0;
  // The name under which it survives a restart; empty: it does not.
  virtual std::string kept_as() const { return {}; }
};

// What is known of an uploaded picture without reading it again.
struct Reference {
  std::shared_ptr<const Upload> upload;
  ImageFormat format = ImageFormat::png;
  ImageSize size;
  Sha256 digest{};  // of its bytes
};

}  // namespace gw
