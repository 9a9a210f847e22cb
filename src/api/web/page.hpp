// The embedded page at "/" and its assets.
#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "http/message.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

// I/O thread; built once by the composition root. Files are held in memory: a few dozen kilobytes.
class Page final {
 public:
  // What was built into the program.
  static Page embedded();
  // The same files from a folder (--web-dir), so that they can be changed without a build.
  // Blocks. storage_unavailable, for the operator, names the file that cannot be read.
  static Result<Page> from_folder(const std::filesystem::path& folder);

  struct File {
    std::string_view path;  // of the URL: "/", "/assets/page.css" …
    std::string_view type;
    SharedBytes bytes;
    std::string etag;
  };
  const std::vector<File>& files() const { return files_; }

 private:
  explicit Page(std::vector<File> files) : files_(std::move(files)) {}
  std::vector<File> files_;
};

// With the version of its bytes. Path and type have static storage.
Page::File page_file(std::string_view path, std::string_view type, std::string bytes);

http::Response serve(const Page::File& file, const http::Headers& request);

}  // namespace gw::api
