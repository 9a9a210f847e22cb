#include "api/late_json.hpp"

#include "api/generation_facts.hpp"

#include <memory>
#include <utility>

namespace gw::api {
namespace {

class LateJson final : public http::BodySource {
 public:
  LateJson(Watched watched, std::chrono::milliseconds heartbeat, Render render)
      : watched_(std::move(watched)), heartbeat_(heartbeat), render_(std::move(render)) {}

  Task<SharedBytes> next() override;
  bool conclude(const Error& why) override;
  void delivered() {
    if (document_.written) document_.written();
  }

 private:
  Watched watched_;
  std::chrono::milliseconds heartbeat_;
  Render render_;
  http::Response document_;
  std::size_t given_ = 0;
  enum class Stage : std::uint8_t { fresh, waiting, rendered } stage_ = Stage::fresh;
};

Task<SharedBytes> LateJson::next() {
  if (stage_ == Stage::fresh) {
    stage_ = Stage::waiting;
    co_return share(" ");
  }
  if (stage_ == Stage::waiting) {
    if (!co_await watched_.all_ready_within(heartbeat_)) co_return share(" ");
    document_ = render_(co_await watched_.gather());
    stage_ = Stage::rendered;
  }
  if (given_ == document_.pieces.size()) co_return SharedBytes();
  co_return std::exchange(document_.pieces[given_++], {});
}

bool LateJson::conclude(const Error& why) {
  if (std::exchange(stage_, Stage::rendered) != Stage::rendered) document_ = render_(fail(why));
  return true;
}

}  // namespace

Result<bool> wants_heartbeat(const http::Headers& headers) {
  const auto value = headers.find("x-heartbeat");
  if (!value) return false;
  if (*value == "whitespace") return true;
  return fail(Error::invalid_request("x-heartbeat", "the header x-heartbeat must be `whitespace`"));
}

http::Response late_json(Watched watched, std::chrono::milliseconds heartbeat, Render render) {
  http::Response response;
  auto& headers = response.headers;
  headers.set("Content-Type", "application/json");
  headers.set("X-Accel-Buffering", "no");  // nginx: pass on what comes when it comes
  add_known_headers(headers, watched);
  auto body = std::make_unique<LateJson>(std::move(watched), heartbeat, std::move(render));
  response.written = [told = body.get()] { told->delivered(); };
  response.source = std::move(body);
  return response;
}

}  // namespace gw::api
