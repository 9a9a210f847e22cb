#include "providers/dreamifly/provider.hpp"

#include "providers/dreamifly/address.hpp"
#include "providers/dreamifly/errors.hpp"
#include "providers/dreamifly/models.hpp"
#include "providers/dreamifly/token.hpp"
#include "providers/dreamifly/wire.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;

constexpr auto kClockLife = 10min;  // then daylight saving or drift may have moved it
constexpr auto kClockTime = 10s;    // for one look at the server's clock
constexpr auto kFetchTime = 60s;    // for a picture that is handed out as a URL
constexpr auto kClockPause = 2s;

constexpr std::string_view kKeyHint =
    "refused with a fresh clock, too: DREAMIFLY_SITE_KEY is not the server's NEXT_PUBLIC_API_KEY, "
    "or "
    "the server wants the static scheme (DREAMIFLY_AUTH_TOKEN)";
constexpr std::string_view kTokenHint =
    "DREAMIFLY_AUTH_TOKEN is not the server's key, or the server wants the per-minute scheme "
    "(DREAMIFLY_SITE_KEY)";

enum class Freshness : std::uint8_t { kept, fetched };

Address required_address(const std::string& base_url) {
  auto address = address_of(base_url);
  if (!address) throw std::invalid_argument("not a base URL: " + base_url);
  return std::move(*address);
}

std::unexpected<UpstreamFailure> refuse(UpstreamFailure failure) {
  return std::unexpected(std::move(failure));
}

UpstreamFailure host_failure(Error error) {
  UpstreamFailure failure;
  failure.error = std::move(error);
  failure.scope = Scope::host;
  return failure;
}

Error key_refused(const Error& refusal, std::string_view hint) {
  return Error(refusal.kind(), refusal.message()).with_detail(std::string(hint)).without_retry();
}

class DreamiflyProvider final : public Provider {
 public:
  DreamiflyProvider(Options options, HttpClient& client, const Clock& clock)
      : options_(std::move(options)),
        client_(client),
        clock_(clock),
        address_(required_address(options_.base_url)),
        host_{address_.host},
        models_(known_models()) {}

  std::string_view name() const override { return "dreamifly"; }
  const HostId& host() const override { return host_; }
  std::size_t host_limit() const override { return options_.concurrency; }
  const std::vector<ModelInfo>& models() const override { return models_; }

  Async<Answer> draw(const ImageOrder& order, Attempt& attempt) override;

 private:
  using Authorization = std::expected<std::string, UpstreamFailure>;

  // What to send as Authorization; empty: nothing. A failure means that nothing was sent that
  // counts.
  Async<Authorization> authorize(Freshness freshness);
  Async<std::expected<ServerClock, UpstreamFailure>> fetch_clock();
  Async<Transfer> post(const ImageOrder& order, const std::string& authorization);
  Async<Answer> read_picture(const IncomingBody& body);
  Async<Answer> fetch_picture(const PictureUrl& picture);

  bool per_minute() const { return !options_.site_key.empty(); }
  bool token_refused(const Transfer& reply) const;
  UpstreamFailure judge(const Transfer& reply);
  void rest(std::chrono::seconds time, const UpstreamFailure& reason);

  // While the server is known to refuse this host, nothing is sent to it.
  struct Rest {
    SteadyTime until;
    UpstreamFailure reason;
  };

  Options options_;
  HttpClient& client_;
  const Clock& clock_;
  Address address_;
  HostId host_;
  std::vector<ModelInfo> models_;
  std::optional<ServerClock> server_clock_;
  std::optional<Rest> rest_;
};

Async<Answer> DreamiflyProvider::draw(const ImageOrder& order, Attempt& attempt) {
  if (rest_ && clock_.now() < rest_->until) co_return refuse(rest_->reason);
  rest_.reset();
  const auto authorization = co_await authorize(Freshness::kept);
  if (!authorization) co_return refuse(authorization.error());

  attempt.sending();
  auto reply = co_await post(order, *authorization);
  if (token_refused(reply)) {
    // The token is looked at before anything is counted, so one more try with the server's own time
    // is free.
    const auto fresh = co_await authorize(Freshness::fetched);
    if (!fresh) co_return refuse(fresh.error());
    reply = co_await post(order, *fresh);
  }
  if (reply && reply->status == 200 && is_json(*reply))
    co_return co_await read_picture(reply->body);
  co_return refuse(judge(reply));
}

Async<DreamiflyProvider::Authorization> DreamiflyProvider::authorize(Freshness freshness) {
  if (!per_minute()) {
    const auto& token = options_.static_token.reveal();
    co_return token.empty() ? std::string() : "Bearer " + token;
  }
  const bool usable = server_clock_ && clock_.now() - server_clock_->read < kClockLife;
  if (!usable || freshness == Freshness::fetched) {
    auto fetched = co_await fetch_clock();
    // A clock that is merely old is still better than none.
    const bool needed = !server_clock_ || freshness == Freshness::fetched;
    if (!fetched && needed) co_return std::unexpected(std::move(fetched).error());
    if (fetched) server_clock_ = *fetched;
  }
  const auto minute = minute_string(*server_clock_, clock_.now());
  co_return "Bearer " + minute_token(options_.site_key.reveal(), minute);
}

Async<std::expected<ServerClock, UpstreamFailure>> DreamiflyProvider::fetch_clock() {
  OutgoingRequest request;
  request.url = options_.base_url + "/api/time";
  request.proxy = options_.proxy;
  request.total_time = kClockTime;
  request.max_answer_bytes = 64u << 10;
  const auto reply = co_await client_.perform(std::move(request));
  if (!reply) {
    auto failure =
        host_failure(Error(ErrorKind::upstream_unavailable, "the upstream cannot be reached")
                         .with_detail("GET /api/time: " + reply.error().error.detail()));
    failure.act = Act::once;
    failure.pause = kClockPause;
    co_return refuse(std::move(failure));
  }
  if (reply->status == 404) {
    co_return refuse(host_failure(
        Error(ErrorKind::upstream_error,
              "the upstream does not know the gateway's way to sign requests")
            .with_detail("GET /api/time is 404: this server wants the static scheme; set "
                         "DREAMIFLY_AUTH_TOKEN in place of DREAMIFLY_SITE_KEY")
            .without_retry()));
  }
  if (reply->status != 200 || !is_json(*reply)) {
    auto failure = judge_answer(*reply, clock_.wall()).failure;
    failure.slot_unsure = false;  // no drawing was asked for
    if (reply->status >= 500) failure.act = Act::once;
    failure.pause = kClockPause;
    co_return refuse(std::move(failure));
  }
  auto clock = read_server_clock(reply->body.joined(), clock_.now());
  if (!clock) co_return refuse(host_failure(std::move(clock).error()));
  co_return *clock;
}

Async<Transfer> DreamiflyProvider::post(const ImageOrder& order, const std::string& authorization) {
  OutgoingRequest request;
  request.method = "POST";
  request.url = options_.base_url + "/api/generate";
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
  request.body = drawing_body(order);
  request.proxy = options_.proxy;
  request.total_time = options_.total_time;
  co_return co_await client_.perform(std::move(request));
}

Async<Answer> DreamiflyProvider::read_picture(const IncomingBody& body) {
  auto drawn = read_drawing(body);
  if (!drawn) co_return refuse(host_failure(std::move(drawn).error()));
  if (const auto* url = std::get_if<PictureUrl>(&*drawn)) co_return co_await fetch_picture(*url);
  co_return std::get<Picture>(std::move(*drawn));
}

// Only from the server that drew it: an answer must not choose whom we connect to.
Async<Answer> DreamiflyProvider::fetch_picture(const PictureUrl& picture) {
  const auto address = address_of(picture.url);
  if (!address || address->host != address_.host) {
    co_return refuse(host_failure(
        Error(ErrorKind::upstream_error, "the upstream answered without a usable picture")
            .with_detail("imageUrl leads to another host than DREAMIFLY_BASE_URL")));
  }
  OutgoingRequest request;
  request.url = picture.url;
  request.proxy = options_.proxy;
  request.total_time = kFetchTime;
  const auto reply = co_await client_.perform(std::move(request));
  if (!reply || reply->status != 200) {
    const auto why = reply ? fmt::format("status {}", reply->status) : reply.error().error.detail();
    co_return refuse(
        host_failure(Error(ErrorKind::upstream_error, "the upstream's picture cannot be fetched")
                         .with_detail("imageUrl: " + why)));
  }
  auto fetched = picture_of(reply->body.joined());
  if (!fetched) co_return refuse(host_failure(std::move(fetched).error()));
  co_return std::move(*fetched);
}

bool DreamiflyProvider::token_refused(const Transfer& reply) const {
  return per_minute() && reply && reply->status == 401 &&
         judge_answer(*reply, clock_.wall()).cause == Cause::token_refused;
}

UpstreamFailure DreamiflyProvider::judge(const Transfer& reply) {
  if (!reply) return judge_fault(reply.error());
  auto refusal = judge_answer(*reply, clock_.wall());
  if (refusal.cause == Cause::token_refused) {
    refusal.failure.error =
        key_refused(refusal.failure.error, per_minute() ? kKeyHint : kTokenHint);
  }
  if (refusal.host_rest) rest(*refusal.host_rest, refusal.failure);
  return std::move(refusal.failure);
}

void DreamiflyProvider::rest(std::chrono::seconds time, const UpstreamFailure& reason) {
  rest_ = Rest{.until = clock_.now() + time, .reason = reason};
}

}  // namespace

std::unique_ptr<Provider> make_provider(Options options, HttpClient& client, const Clock& clock) {
  return std::make_unique<DreamiflyProvider>(std::move(options), client, clock);
}

}  // namespace gw::dreamifly
