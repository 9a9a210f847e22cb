// A zip file that is written while it is read: stored pictures one after the other, as they are
// (APPNOTE.TXT 6.3, method 0).
#pragma once

#include "core/library/results.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gw::api {

// Every file is read twice: its checksum stands before its bytes, because many programs do not open
// an uncompressed entry whose sizes and checksum come after it. One piece of one file is in memory.
// A picture that goes while its turn has not come cuts the answer. The response owns it; I/O
// thread.
class ZipStream final : public http::BodySource {
 public:
  // invalid_request with param "ids" when it would need the 64-bit form of the format (4 GB).
  static Result<std::unique_ptr<ZipStream>> create(ResultStore& results,
                                                   std::vector<StoredPicture> pictures);

  std::uint64_t length() const { return length_; }
  Task<SharedBytes> next() override;

 private:
  struct Entry {
    StoredPicture picture;
    std::uint32_t checksum = 0;
    std::uint64_t offset = 0;  // of its header
  };
  ZipStream(ResultStore& results, std::vector<StoredPicture> pictures);

  Task<std::uint32_t> checksum_of(StoredPicture picture);
  Task<SharedBytes> piece_of(const StoredPicture& picture, std::uint64_t offset);
  Task<SharedBytes> begin_entry();
  std::string directory() const;

  ResultStore& results_;
  std::vector<Entry> entries_;
  std::uint64_t length_ = 0;
  std::size_t current_ = 0;
  std::uint64_t sent_ = 0;  // of the current picture
  bool begun_ = false;      // the current picture's header is out
  bool finished_ = false;
};

}  // namespace gw::api
