// A multipart body put together by hand, good or bad.
#pragma once

#include "tests/support/gateway_client.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace gw::test {

class MultipartForm final {
 public:
  explicit MultipartForm(std::string boundary = "----form") : boundary_(std::move(boundary)) {}

  MultipartForm& text(std::string_view name, std::string_view value) {
    body_ += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n",
                         boundary_, name, value);
    return *this;
  }
  MultipartForm& file(std::string_view name, std::string_view bytes,
                      std::string_view file_name = "blob",
                      std::string_view type = "application/octet-stream") {
    body_ += fmt::format(
        "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n"
        "Content-Type: {}\r\n\r\n",
        boundary_, name, file_name, type);
    body_.append(bytes).append("\r\n");
    return *this;
  }

  std::string content_type() const { return "multipart/form-data; boundary=" + boundary_; }
  std::string body() const { return body_ + "--" + boundary_ + "--\r\n"; }
  const std::string& unfinished() const { return body_; }

  Ask to(std::string target) const {
    Ask request{.method = "POST",
                .target = std::move(target),
                .headers = {{"Content-Type", content_type()}},
                .body = body()};
    return request.with_key();
  }
  Ask edit() const { return to("/v1/images/edits"); }

 private:
  std::string boundary_;
  std::string body_;
};

}  // namespace gw::test
