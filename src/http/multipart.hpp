// Takes a multipart/form-data body (RFC 7578, RFC 2046 §5.1) apart as it arrives.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gw::http {

struct PartHead {
  std::string name;
  std::string content_type;  // as the client says; often nothing useful
  bool is_file = false;      // it had a file name; the name itself is of no use and not kept
};

// What a body turns out to be. Called while bytes are fed; an error ends the parsing.
class PartSink {
 public:
  virtual ~PartSink() = default;
  virtual Result<void> begin(PartHead head) = 0;
  virtual Result<void> data(std::string_view bytes) = 0;
  virtual Result<void> end() = 0;
};

struct MultipartLimits {
  std::size_t max_parts = 100;
  std::size_t max_head = 8 * 1024;  // bytes of one part's head
};

// Our own, because no packaged parser streams without blocking. The outcome does not depend on how
// the bytes are split; it holds at most a part's head or a boundary. Strict where parsers differ:
// CRLF only, and no end without the closing boundary. A nested multipart is data like any other.
class MultipartParser final {
 public:
  // `content_type` is the request's. unsupported_media_type when it is no multipart/form-data,
  // invalid_request when its boundary is missing or malformed.
  static Result<MultipartParser> create(std::string_view content_type, MultipartLimits limits = {});

  Result<void> feed(std::string_view bytes, PartSink& sink);
  // The body has ended: invalid_request when the closing boundary has not come.
  Result<void> finish() const;

 private:
  MultipartParser(std::string boundary, MultipartLimits limits);

  enum class Expected : std::uint8_t { boundary, boundary_end, head, data, nothing };
  enum class Progress : std::uint8_t { made, starved };
  Result<Progress> step(PartSink& sink);
  Result<Progress> find_boundary(PartSink& sink);
  Result<Progress> read_boundary_end(PartSink& sink);
  Result<Progress> read_head(PartSink& sink);

  std::string delimiter_;  // CRLF "--" boundary
  MultipartLimits limits_;
  Expected expected_ = Expected::boundary;
  bool in_part_ = false;
  std::size_t parts_ = 0;
  std::string_view rest() const { return std::string_view(input_).substr(used_); }

  std::string input_ = "\r\n";  // so that the first boundary looks like every other
  std::size_t used_ = 0;        // of input_; removed once for each piece
};

}  // namespace gw::http
