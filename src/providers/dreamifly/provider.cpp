#include "providers/dreamifly/provider.hpp"

#include "providers/common/failure.hpp"
#include "providers/common/picture_fetch.hpp"
#include "providers/dreamifly/account_look.hpp"
#include "providers/dreamifly/authorization.hpp"
#include "providers/dreamifly/error_table.hpp"
#include "providers/dreamifly/errors.hpp"
#include "providers/dreamifly/login.hpp"
#include "providers/dreamifly/offer.hpp"
#include "providers/dreamifly/offer_call.hpp"
#include "providers/dreamifly/outgoing.hpp"
#include "providers/dreamifly/price_calls.hpp"
#include "providers/dreamifly/prices.hpp"
#include "providers/dreamifly/sessions.hpp"
#include "providers/dreamifly/wire.hpp"
#include "transport/address.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;
using Freshness = Authorization::Freshness;

constexpr auto kRefreshEvery = 10min;
constexpr auto kRefreshAgain = 1min;  // after a failure

Address required_address(const std::string& base_url) {
  auto address = address_of(base_url);
  if (!address) throw std::invalid_argument("not a base URL: " + base_url);
  return std::move(*address);
}

UpstreamFailure needs_account(const ImageOrder& order) {
  UpstreamFailure failure;
  failure.scope = Scope::account;
  failure.error =
      Error(ErrorKind::no_account_available, std::string(kNeedsAccount))
          .with_param("model")
          .with_detail(fmt::format("{} is only drawn for accounts, and the gateway has none "
                                   "(DREAMIFLY_EMAIL, DREAMIFLY_SESSION_COOKIE, or the admin page)",
                                   order.upstream_model))
          .without_retry();
  return failure;
}

UpstreamFailure unknown_account(const AccountId& account) {
  UpstreamFailure failure;
  failure.act = Act::other;
  failure.scope = Scope::account;
  failure.error = Error(ErrorKind::no_account_available,
                        "the gateway's account at the upstream has been taken away")
                      .with_detail(account.value.empty() ? "the try names no account"
                                                         : account.value + " is not known");
  return failure;
}

Error key_refused(const Error& refusal, std::string_view hint) {
  return Error(refusal.kind(), refusal.message()).with_detail(std::string(hint)).without_retry();
}

// What a drawing is asked for with; empty: not sent.
struct Credentials {
  AccountId account;  // whose connections it goes by; empty: nobody's
  std::string authorization;
  std::string cookie;
};

class DreamiflyProvider final : public Provider {
 public:
  DreamiflyProvider(Options options, HttpClient& client, const Clock& clock, SessionKeeper* keeper,
                    ClearanceDoor* edge)
      : options_(std::move(options)),
        client_(client),
        clock_(clock),
        address_(required_address(options_.base_url)),
        host_{address_.host},
        authorization_(options_, client, clock),
        sessions_(options_, client, clock, keeper),
        edge_(edge) {}

  std::string_view name() const override { return "dreamifly"; }
  const HostId& host() const override { return host_; }
  std::size_t host_limit() const override {
    return sessions_.empty() ? options_.concurrency : options_.signed_in_concurrency;
  }
  const std::vector<ModelInfo>& models() const override { return offer_.known(); }
  std::span<const ModelInfo* const> discovered() const override { return offer_.discovered(); }

  Async<void> refresh() override;
  Task<void> reach() override;
  Async<Answer> draw(const ImageOrder& order, Attempt& attempt) override;

  std::vector<AccountSettings> configured_accounts() const override {
    return accounts_of(options_);
  }
  Result<void> set_account(const AccountSettings& account) override {
    return sessions_.set(account);
  }
  void remove_account(const AccountId& account) override { sessions_.remove(account); }
  Async<AccountFinding> check_account(AccountId account) override;
  std::optional<Price> price(const ImageOrder& order) const override {
    return prices_.of(order, offer_.find(order.upstream_model));
  }
  OnExhausted on_exhausted() const override { return options_.on_exhausted; }
  ProviderTally tally() const override {
    return {.tokens = authorization_.tally(), .sign_ins = sessions_.sign_ins()};
  }
  ClearanceDoor* clearance_door() override { return edge_; }

 private:
  Async<std::expected<Credentials, UpstreamFailure>> credentials(Session* session);
  Async<Answer> draw_as(const ImageOrder& order, Attempt& attempt, Session* session);
  Async<Transfer> post(const ImageOrder& order, Credentials credentials);
  Async<Answer> read_picture(IncomingBody body, AccountId account);

  bool would_be_refused(const ImageOrder& order) const;
  bool token_refused(const Transfer& reply) const;
  UpstreamFailure judge(const Transfer& reply, const ImageOrder& order, Session* session);
  Async<void> refresh_offer();
  std::vector<std::string> offered_models() const;

  const Options options_;
  HttpClient& client_;
  const Clock& clock_;
  const Address address_;
  const HostId host_;
  Authorization authorization_;
  Sessions sessions_;
  Offer offer_;
  Prices prices_;
  ClearanceDoor* const edge_;  // null: none
  SteadyTime refresh_due_{};
  SteadyTime offer_due_{};
};

Async<Answer> DreamiflyProvider::draw(const ImageOrder& order, Attempt& attempt) {
  const auto account = attempt.account();
  if (account.value.empty() && sessions_.empty()) {
    if (would_be_refused(order)) co_return refuse(needs_account(order));
    co_return co_await draw_as(order, attempt, nullptr);
  }
  const auto session = sessions_.find(account);
  if (!session) co_return refuse(unknown_account(account));
  auto answer = co_await draw_as(order, attempt, session.get());
  // What was found is of a login that has been replaced meanwhile.
  if (!answer && sessions_.find(account) != session) answer.error().account.reset();
  co_return answer;
}

// As nobody where there is no session.
Async<Answer> DreamiflyProvider::draw_as(const ImageOrder& order, Attempt& attempt,
                                         Session* session) {
  auto sent_with = co_await credentials(session);
  if (!sent_with) co_return refuse(std::move(sent_with).error());

  if (const auto fault = client_.refusal()) co_return refuse(judge_fault(*fault));
  if (auto recorded = co_await attempt.sending(); !recorded)
    co_return refuse(not_recorded(std::move(recorded).error()));
  auto reply = co_await post(order, *sent_with);
  if (token_refused(reply)) {
    // The token is looked at before anything is counted, so one more try with the server's own time
    // is free.
    auto fresh = co_await authorization_.header(Freshness::fetched);
    if (!fresh) co_return refuse(std::move(fresh).error());
    sent_with->authorization = *std::move(fresh);
    reply = co_await post(order, *sent_with);
  }
  if (reply && reply->status == 200 && is_json(*reply))
    co_return co_await read_picture(std::move(reply->body), sent_with->account);
  co_return refuse(judge(reply, order, session));
}

// The token last: it is the one that ages.
Async<std::expected<Credentials, UpstreamFailure>> DreamiflyProvider::credentials(
    Session* session) {
  std::expected<std::string, UpstreamFailure> cookie;
  if (session) cookie = co_await session->cookie();
  if (!cookie) co_return refuse(std::move(cookie).error());
  auto authorization = co_await authorization_.header(Freshness::kept);
  if (!authorization) co_return refuse(std::move(authorization).error());
  co_return Credentials{.account = session ? session->account() : AccountId(),
                        .authorization = *std::move(authorization),
                        .cookie = *std::move(cookie)};
}

Async<Transfer> DreamiflyProvider::post(const ImageOrder& order, Credentials credentials) {
  auto request = request_to(options_, "/api/generate");
  request.method = "POST";
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("Accept", "application/json");
  if (!credentials.authorization.empty())
    request.headers.emplace_back("Authorization", std::move(credentials.authorization));
  if (!credentials.cookie.empty())
    request.headers.emplace_back("Cookie", std::move(credentials.cookie));
  request.partition = credentials.account.value;
  request.body = drawing_body(order);
  request.total_time = options_.total_time;
  co_return co_await client_.perform(std::move(request));
}

Async<Answer> DreamiflyProvider::read_picture(IncomingBody body, AccountId account) {
  auto drawn = read_drawing(std::move(body));
  if (!drawn) co_return refuse(host_failure(std::move(drawn).error()));
  if (auto* url = std::get_if<PictureUrl>(&*drawn)) {
    PictureSource from{.client = client_,
                       .server = address_,
                       .proxy = options_.proxy,
                       .extra_headers = options_.extra_headers,
                       .partition = std::move(account.value),
                       .setting = "DREAMIFLY_BASE_URL",
                       .member = "imageUrl"};
    co_return co_await fetch_picture(std::move(from), std::move(*url));
  }
  co_return std::get<Picture>(std::move(*drawn));
}

// One session is looked at here too, so that each is used at least once a week and does not expire.
Async<void> DreamiflyProvider::refresh() {
  if (clock_.now() < refresh_due_) co_return;
  refresh_due_ = clock_.now() + kRefreshAgain;
  co_await refresh_offer();
  // A drawing asks again and says what is wrong.
  if (const auto session = sessions_.coldest()) co_await session->warm();
}

Async<void> DreamiflyProvider::refresh_offer() {
  if (clock_.now() < offer_due_) co_return;
  const auto offered = co_await fetch_offer(options_, client_);
  if (!offered) co_return;
  offer_.update(*offered, clock_.wall());
  offer_due_ = clock_.now() + kRefreshEvery;
  // Nobody else pays.
  if (!sessions_.empty()) co_await fetch_prices(options_, client_, offered_models(), prices_);
}

std::vector<std::string> DreamiflyProvider::offered_models() const {
  std::vector<std::string> ids;
  for (const auto& model : offer_.known()) {
    if (model.offered) ids.push_back(model.upstream_id);
  }
  for (const auto* model : offer_.discovered()) {
    if (model->offered) ids.push_back(model->upstream_id);
  }
  return ids;
}

Task<void> DreamiflyProvider::reach() {
  auto offered = co_await fetch_offer(options_, client_);
  if (!offered) co_return fail(std::move(offered).error().error);
  offer_.update(*offered, clock_.wall());
  co_return Done();
}

Async<AccountFinding> DreamiflyProvider::check_account(AccountId account) {
  for (;;) {
    const auto session = sessions_.find(account);
    if (!session) co_return AccountFinding();
    auto look = co_await look_at_account(options_, client_, clock_, authorization_, *session);
    // Of a login that has been replaced meanwhile nobody wants to know.
    if (sessions_.find(account) == session) co_return std::move(look.finding);
  }
}

// These are refused only after they were counted. The static scheme is older than that rule.
bool DreamiflyProvider::would_be_refused(const ImageOrder& order) const {
  if (!authorization_.per_minute()) return false;
  const auto* model = offer_.find(order.upstream_model);
  return model && model->login_required;
}

bool DreamiflyProvider::token_refused(const Transfer& reply) const {
  return authorization_.per_minute() && reply && reply->status == 401 &&
         judge_answer(*reply, clock_.wall()).cause == Cause::token_refused;
}

UpstreamFailure DreamiflyProvider::judge(const Transfer& reply, const ImageOrder& order,
                                         Session* session) {
  if (!reply) return judge_fault(reply.error());
  auto refusal = judge_answer(*reply, clock_.wall());
  auto& failure = refusal.failure;
  failure.error = without_prompts(std::move(failure.error), order);
  switch (refusal.cause) {
    case Cause::token_refused:
      failure.error = key_refused(failure.error, authorization_.hint());
      break;
    case Cause::login_required:
      // It took us for nobody: the session is dead, or we are.
      if (session)
        session->doubt();
      else
        failure.act = Act::fail;
      break;
    case Cause::used_up:
      if (options_.on_exhausted == OnExhausted::fail) failure.act = Act::fail;
      break;
    case Cause::other:
      break;
  }
  if (failure.shut) failure.shut->reason = failure.error;
  return std::move(failure);
}

}  // namespace

std::unique_ptr<Provider> make_provider(Options options, HttpClient& client, const Clock& clock,
                                        SessionKeeper* keeper, ClearanceDoor* edge) {
  return std::make_unique<DreamiflyProvider>(std::move(options), client, clock, keeper, edge);
}

}  // namespace gw::dreamifly
