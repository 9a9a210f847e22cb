#include "providers/openai/provider.hpp"

#include "providers/common/failure.hpp"
#include "providers/common/picture_fetch.hpp"
#include "providers/openai/drawing.hpp"
#include "providers/openai/errors.hpp"
#include "providers/openai/image_events.hpp"
#include "providers/openai/keys.hpp"
#include "providers/openai/model_rules.hpp"
#include "providers/openai/order_body.hpp"
#include "providers/openai/outgoing.hpp"
#include "providers/openai/reply.hpp"
#include "providers/openai/upstream.hpp"
#include "transport/address.hpp"

#include <fmt/format.h>

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

namespace gw::openai {
namespace {

using namespace std::chrono_literals;

constexpr auto kListTime = 20s;
constexpr std::size_t kLargestList = 8u << 20;
constexpr auto kRefreshEvery = 10min;
constexpr auto kRefreshAgain = 1min;  // after a failure
constexpr auto kRefreshFirst = 5s;    // the same while not a single model is known

Address required_address(const std::string& base_url) {
  auto address = address_of(base_url);
  if (!address) throw std::invalid_argument("not a base URL: " + base_url);
  return *std::move(address);
}

OutgoingRequest request_for(const Options& own, const ImageOrder& order, const Asking& asking) {
  auto body = order_body(order, asking);
  auto request = request_to(own, body.path);
  request.method = "POST";
  request.headers.emplace_back("Content-Type", std::move(body.content_type));
  request.headers.emplace_back("Accept", "application/json");
  request.body = std::move(body.bytes);
  return request;
}

AccountFinding finding_of(const Transfer& reply, const Options& own) {
  if (reply && (reply->status == 200 || reply->status == 404 || reply->status == 405)) return {};
  return account_finding(reply ? judge_answer(*reply, own, Service::images)
                               : judge_fault(reply.error()));
}

UpstreamFailure unknown_account(const AccountId& account) {
  UpstreamFailure failure;
  failure.act = Act::other;
  failure.scope = Scope::account;
  failure.error = Error(ErrorKind::no_account_available,
                        "the gateway's key for the upstream has been taken away")
                      .with_detail(account.value.empty() ? "the try names no account"
                                                         : account.value + " is not known");
  return failure;
}

class OpenAiProvider final : public Provider {
 public:
  OpenAiProvider(Options options, StreamingHttpClient& client, const Clock& clock,
                 std::shared_ptr<Offer> offer, ClearanceDoor* edge)
      : options_(std::move(options)),
        client_(client),
        clock_(clock),
        address_(required_address(options_.base_url)),
        host_{address_.host},
        general_(with_general_key(options_)),
        offer_(std::move(offer)),
        edge_(edge) {
    for (const auto& account : accounts_of(options_)) {
      if (const auto set = set_account(account); !set)
        throw std::invalid_argument(set.error().param() + ": " + set.error().message());
    }
  }

  std::string_view name() const override { return kProviderName; }
  const HostId& host() const override { return host_; }
  std::size_t host_limit() const override { return options_.concurrency; }
  const std::vector<ModelInfo>& models() const override { return offer_->known(); }
  std::span<const ModelInfo* const> discovered() const override { return offer_->discovered(); }

  Async<void> refresh() override;
  gw::Task<void> reach() override;
  Async<Answer> draw(const ImageOrder& order, Attempt& attempt) override;

  std::vector<AccountSettings> configured_accounts() const override {
    return accounts_of(options_);
  }
  Result<void> set_account(const AccountSettings& account) final;
  void remove_account(const AccountId& account) override { keys_.erase(account); }
  Async<AccountFinding> check_account(AccountId account) override;
  OnExhausted on_exhausted() const override { return options_.on_exhausted; }
  ClearanceDoor* clearance_door() override { return edge_; }

 private:
  // Shared, because a key may be replaced or removed while it is drawn with.
  using Key = std::shared_ptr<const Options>;

  Key find(const AccountId& account) const;
  void judge_account(UpstreamFailure& failure, const AccountId& account, const Key& key) const;
  Async<Answer> draw_with(const Options& own, const ImageOrder& order, Attempt& attempt);
  Async<Transfer> ask_for_models(const Options& own);
  Asking asking_for(const ImageOrder& order, const Attempt& attempt) const;
  enum class Refused : std::uint8_t { otherwise, response_format };
  Async<Answer> ask(const Options& own, const ImageOrder& order, const Asking& asking,
                    Attempt& attempt, Refused& refused);
  Async<Answer> follow(const Options& own, IncomingStream& stream, Attempt& attempt);
  Async<Answer> read_reply(const Options& own, Transfer reply, const ImageOrder& order,
                           Refused& refused);
  Async<Answer> keep(const Options& own, Result<Drawing> drawing);

  const Options options_;
  StreamingHttpClient& client_;
  const Clock& clock_;
  const Address address_;
  const HostId host_;
  const Options general_;  // for what belongs to no account
  std::unordered_map<AccountId, Key> keys_;
  std::shared_ptr<Offer> offer_;
  ClearanceDoor* const edge_;  // null: none
  SteadyTime refresh_due_{};
  // Models whose server turned out to refuse the parameter response_format.
  std::set<std::string, std::less<>> without_response_format_;
};

Result<void> OpenAiProvider::set_account(const AccountSettings& account) {
  GW_TRY(auto key, read_key(account));
  auto& known = keys_[account.id];
  if (!known || !known->api_key.equals(key.reveal()))
    known = std::make_shared<const Options>(with_key(options_, account.id, std::move(key)));
  return {};
}

OpenAiProvider::Key OpenAiProvider::find(const AccountId& account) const {
  const auto found = keys_.find(account);
  return found == keys_.end() ? nullptr : found->second;
}

Async<Answer> OpenAiProvider::draw(const ImageOrder& order, Attempt& attempt) {
  const auto account = attempt.account();
  if (account.value.empty() && keys_.empty()) {
    auto answer = co_await draw_with(options_, order, attempt);
    if (!answer) answer.error().account.reset();  // nobody's
    co_return answer;
  }
  const auto key = find(account);
  if (!key) co_return refuse(unknown_account(account));
  auto answer = co_await draw_with(*key, order, attempt);
  if (!answer) judge_account(answer.error(), account, key);
  co_return answer;
}

// Another key may have what this one cannot draw.
void OpenAiProvider::judge_account(UpstreamFailure& failure, const AccountId& account,
                                   const Key& key) const {
  if (find(account) != key) failure.account.reset();  // it has been replaced meanwhile
  if (!failure.account || failure.act != Act::fail || !failure.unpaid) return;
  const bool spent = failure.account->state == AccountState::resting;
  if (!spent || options_.on_exhausted == OnExhausted::next) failure.act = Act::other;
}

// A server that refuses the parameter says so before it draws: the second try is free, and there is
// one for each model.
Async<Answer> OpenAiProvider::draw_with(const Options& own, const ImageOrder& order,
                                        Attempt& attempt) {
  const auto asking = asking_for(order, attempt);
  if (const auto fault = client_.refusal()) co_return refuse(judge_fault(*fault));
  if (auto recorded = co_await attempt.sending(); !recorded)
    co_return refuse(not_recorded(std::move(recorded).error()));
  auto refused = Refused::otherwise;  // what became of this very request
  auto answer = co_await ask(own, order, asking, attempt, refused);
  if (!answer && refused == Refused::response_format &&
      asking.response_format == ResponseFormat::known) {
    answer = co_await ask(own, order, asking_for(order, attempt), attempt, refused);
  }
  if (!answer) {
    auto& error = answer.error().error;
    error = without_prompts(std::move(error), order);
  }
  co_return answer;
}

Asking OpenAiProvider::asking_for(const ImageOrder& order, const Attempt& attempt) const {
  const auto& id = order.upstream_model;
  const auto* rule = rule_of(id);
  const bool refused = (rule && rule->response_format == ResponseFormat::refused) ||
                       without_response_format_.contains(id);
  const auto* model = offer_->find(id);
  const bool shown = model && model->previews && attempt.wants_previews();
  return {.response_format = refused ? ResponseFormat::refused : ResponseFormat::known,
          .extensions = options_.extensions,
          .previews = shown ? options_.previews : 0};
}

Async<Answer> OpenAiProvider::ask(const Options& own, const ImageOrder& order, const Asking& asking,
                                  Attempt& attempt, Refused& refused) {
  auto request = request_for(own, order, asking);
  if (asking.previews == 0) {
    auto reply = co_await client_.perform(std::move(request));
    co_return co_await read_reply(own, std::move(reply), order, refused);
  }
  const auto stream = co_await client_.open(std::move(request));
  if (!stream) co_return refuse(judge_fault(stream.error()));
  const auto& head = (*stream)->head();
  if (head.status == 200 && has_type(head, "text/event-stream"))
    co_return co_await follow(own, **stream, attempt);
  auto reply = co_await read_whole(**stream);
  co_return co_await read_reply(own, std::move(reply), order, refused);
}

// Until the picture is there: what comes behind it is of no use.
Async<Answer> OpenAiProvider::follow(const Options& own, IncomingStream& stream, Attempt& attempt) {
  EventReader events;
  for (;;) {
    auto piece = co_await stream.next();
    if (!piece) co_return refuse(judge_fault(piece.error()));
    if (piece->empty()) break;
    events.feed(*piece);
    while (const auto event = events.next()) {
      auto news = read_event(*event);
      if (!news) co_return refuse(host_failure(std::move(news).error()));
      if (!*news) continue;
      if (auto* complaint = std::get_if<Complaint>(&**news))
        co_return refuse(judge_event(*complaint, own));
      if (auto* drawing = std::get_if<Drawing>(&**news))
        co_return co_await keep(own, std::move(*drawing));
      attempt.preview(std::get<PartialPicture>(**std::move(news)).picture);
    }
  }
  co_return refuse(host_failure(
      Error(ErrorKind::upstream_error, "the upstream's stream ended without the picture")
          .with_detail("no completed event")));
}

Async<Answer> OpenAiProvider::read_reply(const Options& own, Transfer reply,
                                         const ImageOrder& order, Refused& refused) {
  if (!reply) co_return refuse(judge_fault(reply.error()));
  const bool happy = reply->status == 200 && has_type(*reply, "application/json");
  if (!happy) {
    if (refuses_response_format(*reply, order)) {
      refused = Refused::response_format;
      without_response_format_.insert(order.upstream_model);
    }
    co_return refuse(judge_answer(*reply, own, Service::images));
  }
  const auto blocks = blocks_of(reply->body);
  co_return co_await keep(own, read_drawing(blocks));
}

Async<Answer> OpenAiProvider::keep(const Options& own, Result<Drawing> drawing) {
  if (!drawing) co_return refuse(host_failure(std::move(drawing).error()));
  if (auto* url = std::get_if<PictureUrl>(&*drawing)) {
    PictureSource from{.client = client_,
                       .server = address_,
                       .proxy = options_.proxy,
                       .extra_headers = options_.extra_headers,
                       .partition = own.account.value,
                       .setting = "OPENAI_UPSTREAM_BASE_URL",
                       .member = "its url"};
    co_return co_await fetch_picture(std::move(from), std::move(*url));
  }
  co_return std::get<Picture>(*std::move(drawing));
}

// What was known stays known when the list cannot be had; a drawing says what is wrong.
Async<void> OpenAiProvider::refresh() {
  if (clock_.now() < refresh_due_) co_return;
  const bool knows_some = !models().empty() || !discovered().empty();
  refresh_due_ = clock_.now() + (knows_some ? kRefreshAgain : kRefreshFirst);
  const auto reply = co_await ask_for_models(general_);
  if (!reply || reply->status != 200 || !has_type(*reply, "application/json")) co_return;
  const auto models = read_model_list(reply->body.joined());
  if (!models) co_return;
  offer_->update(*models, clock_.wall());
  refresh_due_ = clock_.now() + kRefreshEvery;
}

Async<Transfer> OpenAiProvider::ask_for_models(const Options& own) {
  auto request = request_to(own, "/models");
  request.total_time = kListTime;
  request.max_answer_bytes = kLargestList;
  co_return co_await client_.perform(std::move(request));
}

gw::Task<void> OpenAiProvider::reach() {
  const auto reply = co_await ask_for_models(general_);
  if (!reply) co_return fail(judge_fault(reply.error()).error);
  if (reply->status != 200) co_return fail(judge_answer(*reply, general_, Service::images).error);
  co_return Done();
}

// By its list of models; a server without one does not tell.
Async<AccountFinding> OpenAiProvider::check_account(AccountId account) {
  for (;;) {
    const auto key = find(account);
    if (!key) co_return AccountFinding();
    const auto reply = co_await ask_for_models(*key);
    if (find(account) == key) co_return finding_of(reply, *key);
  }
}

}  // namespace

std::unique_ptr<Provider> make_provider(Options options, StreamingHttpClient& client,
                                        const Clock& clock, std::shared_ptr<Offer> offer,
                                        ClearanceDoor* edge) {
  return std::make_unique<OpenAiProvider>(std::move(options), client, clock, std::move(offer),
                                          edge);
}

}  // namespace gw::openai
