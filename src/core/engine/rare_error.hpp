// An error that is seldom there, and must cost next to nothing while it is not.
#pragma once

#include "base/error.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace gw {

// Like std::optional<Error>, in a pointer's room: ten thousand tasks and waiters wait with one
// each. Copies share the error, which does not change.
class RareError final {
 public:
  RareError() = default;
  RareError& operator=(Error error) {
    error_ = std::make_shared<const Error>(std::move(error));
    return *this;
  }

  bool has_value() const { return error_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  const Error& operator*() const { return *error_; }
  const Error* operator->() const { return error_.get(); }
  Error value_or(Error otherwise) const { return error_ ? Error(*error_) : std::move(otherwise); }
  operator std::optional<Error>() const { return error_ ? std::optional(*error_) : std::nullopt; }

 private:
  std::shared_ptr<const Error> error_;
};

}  // namespace gw
