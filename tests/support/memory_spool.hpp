// A spool in memory that counts, for tests of what uploads go through.
#pragma once

#include "base/bytes.hpp"
#include "core/ports/spool.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace gw::test {

// Files may outlive it.
class MemorySpool final : public Spool {
 public:
  struct State {
    std::uint64_t used = 0;
    std::size_t files = 0;
    std::size_t appends = 0;
    std::optional<Error> refusal;
  };

  Task<std::shared_ptr<SpoolFile>> create() override {
    std::shared_ptr<SpoolFile> file = std::make_shared<File>(state_);
    co_return file;
  }
  std::uint64_t used() const override { return state_->used; }

  std::size_t files() const { return state_->files; }
  std::size_t appends() const { return state_->appends; }
  void refuse(Error error) { state_->refusal = std::move(error); }

 private:
  class File final : public SpoolFile {
   public:
    explicit File(std::shared_ptr<State> state) : state_(std::move(state)) { ++state_->files; }
    ~File() override {
      --state_->files;
      state_->used -= bytes_.size();
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    std::uint64_t size() const override { return bytes_.size(); }
    Task<SharedBytes> read() const override { co_return share(bytes_); }
    Task<void> append(std::string bytes) override {
      ++state_->appends;
      if (state_->refusal) co_return fail(*state_->refusal);
      state_->used += bytes.size();
      bytes_ += bytes;
      co_return Done();
    }

   private:
    std::shared_ptr<State> state_;
    std::string bytes_;
  };

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace gw::test
