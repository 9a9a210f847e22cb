// The memory that all request bodies take together: each has a bound of its own, and thousands of
// clients may send one at the same time (design rule 5).
#pragma once

#include <cstddef>
#include <utility>

namespace gw::http {

// Owned by the server; I/O thread; outlives its shares.
class BodyMemory final {
 public:
  explicit BodyMemory(std::size_t limit) : limit_(limit) {}
  BodyMemory(const BodyMemory&) = delete;
  BodyMemory& operator=(const BodyMemory&) = delete;

  // One body's part, given back when it ends. Moves with its body.
  class Share final {
   public:
    Share() = default;
    explicit Share(BodyMemory& memory) : memory_(&memory) {}
    Share(Share&& other) noexcept
        : memory_(std::exchange(other.memory_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(memory_, other.memory_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (memory_) memory_->used_ -= bytes_;
    }

    // False when there is no room for `bytes` in all; the share stays as it was.
    [[nodiscard]] bool grow_to(std::size_t bytes) {
      if (bytes <= bytes_) return true;
      if (!memory_ || bytes - bytes_ > memory_->limit_ - memory_->used_) return false;
      memory_->used_ += bytes - std::exchange(bytes_, bytes);
      return true;
    }

   private:
    BodyMemory* memory_ = nullptr;
    std::size_t bytes_ = 0;
  };

  std::size_t used() const { return used_; }

 private:
  std::size_t limit_;
  std::size_t used_ = 0;
};

}  // namespace gw::http
