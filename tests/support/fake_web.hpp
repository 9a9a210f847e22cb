// Pictures that lie elsewhere, without a network: each URL is the label of a small PNG.
#pragma once

#include "core/library/upload_desk.hpp"
#include "core/ports/remote_pictures.hpp"
#include "tests/support/fake_png.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

class FakeWeb final : public RemotePictures {
 public:
  explicit FakeWeb(UploadDesk& desk) : desk_(desk) {}

  Task<Reference> fetch(RemoteUrl url, std::string param, SteadyTime until) override {
    if (before_fetch) before_fetch();
    params.push_back(param);
    untils.push_back(until);
    co_return co_await desk_.accept(share(picture(url.text)), std::move(param));
  }
  static std::string picture(const std::string& url) { return fake_png({64, 48}, url); }

  std::vector<std::string> params;  // of all calls
  std::vector<SteadyTime> untils;
  std::function<void()> before_fetch;

 private:
  UploadDesk& desk_;
};

}  // namespace gw::test
